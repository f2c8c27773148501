// Starts a program in a console of its own, presses Ctrl-C (0) or Ctrl-Break (1) once a file is there, and ends with the
// program's exit code: interrupt FILE 0|1 "PROGRAM ARGUMENTS"
#include <stdlib.h>
#include <windows.h>

static BOOL WINAPI deaf(DWORD event) {
    (void)event;
    return TRUE;
}

int main(int count, char **words) {
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    DWORD code = 0;

    if (count != 4) return 2;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    AllocConsole();
    SetConsoleCtrlHandler(deaf, TRUE);
    if (!CreateProcessA(NULL, words[3], NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return 126;
    for (int tries = 0; GetFileAttributesA(words[1]) == INVALID_FILE_ATTRIBUTES; tries++) {
        if (tries == 1000) return 124;
        Sleep(20);
    }
    if (!GenerateConsoleCtrlEvent((DWORD)atoi(words[2]), 0)) return 125;
    if (WaitForSingleObject(child.hProcess, 60000) != WAIT_OBJECT_0) {
        TerminateProcess(child.hProcess, 123);
        return 123;
    }
    GetExitCodeProcess(child.hProcess, &code);
    return (int)code;
}
