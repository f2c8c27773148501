# Has the Task Scheduler of this machine read the tasks that payctl writes for it: each is registered, asked for, and
# deleted. Needs an administrator. For a machine that is thrown away afterwards.
param([Parameter(Mandatory)] [string] $Program)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$program = (Resolve-Path $Program).Path
$folder = Join-Path ([IO.Path]::GetTempPath()) ('payctl-tasks-' + [Guid]::NewGuid())

& $program --quiet schedule print --for schtasks --into $folder --config 'C:\ProgramData\payctl\shop\payctl.toml' | Out-Null
if ($LASTEXITCODE -ne 0) { throw "schedule print ended with $LASTEXITCODE" }
$files = @(Get-ChildItem $folder -Filter *.xml)
if ($files.Count -lt 4) { throw "schedule print wrote $($files.Count) tasks" }
foreach ($file in $files) {
    $name = 'payctl-trial\' + $file.BaseName
    foreach ($call in @(
            @('/Create', '/TN', $name, '/XML', $file.FullName),
            @('/Query', '/TN', $name, '/V', '/FO', 'LIST'),
            @('/Delete', '/TN', $name, '/F'))) {
        & schtasks.exe @call
        if ($LASTEXITCODE -ne 0) { throw "schtasks $call ended with $LASTEXITCODE" }
    }
}
Remove-Item -Recurse -Force $folder
Write-Output "$($files.Count) tasks were registered, found and deleted"
