//! What runs the hooks that tests write: `sh`, or where there is none a program of the tests that knows as much of it as
//! they use (`tests/programs/sh`).

/// A path.
pub(crate) fn shell() -> String {
    if cfg!(unix) {
        return "/bin/sh".to_owned();
    }
    // target/debug/deps/it.exe, and target/debug/examples/sh.exe
    let own = std::env::current_exe().unwrap();
    let target = own.ancestors().nth(2).unwrap();
    let shell = target.join("examples").join("sh.exe");
    assert!(shell.exists(), "build it: cargo build --example sh");
    shell.to_str().unwrap().to_owned()
}
