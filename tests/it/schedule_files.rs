//! What `payctl schedule print` prints is read by the schedulers' own programs, or by a parser of their format.

use std::path::{Path, PathBuf};
use std::process::Command;

use payctl::exit::Exit::Clean;
use roxmltree::{Document, Node, ParsingOptions};

use crate::external_programs::need;
use crate::world::Shop;

/// Letters that a scheduler or a shell could take for something else.
const ODD: &str = "/srv/it's 100% \"odd\" & $HOME/payctl.toml";
const PLAIN: &str = "/srv/shop/payctl.toml";
const WINDOWS: &str = r"C:\ProgramData\payctl\Toko & Kopi\payctl.toml";

const JOBS: [&str; 4] = ["check-all", "cleanup", "expire", "fulfil"];

/// The files of a schedule, in a folder of the shop.
fn files(shop: &Shop, words: &[&str], config: &str) -> Vec<PathBuf> {
    let folder = shop.folder.path().join("files");
    let _from_before = std::fs::remove_dir_all(&folder);
    let line = [
        "schedule", "print", "--quiet", "--into", "files", "--config", config,
    ];
    let line: Vec<&str> = line.into_iter().chain(words.iter().copied()).collect();
    for _ in 0..2 {
        shop.run_words(&line, "").ended(Clean);
    }
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[track_caller]
fn accepts(program: &Path, arguments: &[&str], files: &[PathBuf]) {
    let output = Command::new(program)
        .args(arguments)
        .args(files)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {told}", program.display());
}

#[test]
#[cfg_attr(windows, ignore = "Windows allows no such path")]
fn cron_reads_its_table() {
    let shop = Shop::bare();
    for config in [PLAIN, ODD] {
        let files = files(&shop, &["--for", "cron"], config);
        assert_eq!(files.len(), 1);
        if let Some(crontab) = need("crontab") {
            // It checks the file and installs nothing.
            accepts(&crontab, &["-n"], &files);
        }
    }
}

/// What cron hands to the shell: it ends a command at `%`, and takes away the backslash that protects one.
#[cfg(unix)]
fn by_cron(line: &str) -> String {
    let command = match line.strip_prefix("@reboot ") {
        Some(command) => command,
        None => line.splitn(6, ' ').last().unwrap(),
    };
    let unprotected = command.replace(r"\%", "");
    assert!(!unprotected.contains('%'), "{line}");
    command.replace(r"\%", "%")
}

#[cfg(unix)]
#[test]
fn a_shell_passes_odd_paths_on() {
    use std::fs::{Permissions, create_dir_all, read_to_string, set_permissions, write};
    use std::os::unix::fs::PermissionsExt as _;

    let shop = Shop::bare();
    let folder = shop.folder.path().join("it's 100% odd");
    create_dir_all(&folder).unwrap();
    let program = folder.join("payctl");
    write(&program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").unwrap();
    set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let words = ["--for", "cron", "--program", program.to_str().unwrap()];
    let table = read_to_string(&files(&shop, &words, ODD)[0]).unwrap();
    let mut jobs = Vec::new();
    for line in table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let command = by_cron(line).replace("sleep ", "true ");
        let output = Command::new("/bin/sh")
            .args(["-c", &command])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let words: Vec<&str> = told.lines().collect();
        let log = ODD.replace(".toml", ".log");
        assert_eq!(words[..4], ["--config", ODD, "--log-file", &log], "{line}");
        jobs.push(words[4].to_owned());
    }
    jobs.dedup();
    assert_eq!(jobs, ["check-all", "expire", "fulfil", "cleanup"]);
}

#[cfg(target_os = "linux")]
#[test]
fn systemd_accepts_its_units() {
    let Some(systemd) = need("systemd-analyze") else {
        return;
    };
    let shop = Shop::bare();
    for config in [PLAIN, ODD] {
        for user in [&[][..], &["--user", "daemon"]] {
            let words = [&["--for", "systemd", "--program", "/bin/true"][..], user].concat();
            let files = files(&shop, &words, config);
            assert_eq!(files.len(), 2 * JOBS.len());
            let output = Command::new(&systemd)
                .arg("verify")
                .args(&files)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            let ours: Vec<&str> = told
                .lines()
                .filter(|line| line.contains("payctl-"))
                .collect();
            assert!(
                output.status.success() && ours.is_empty(),
                "{config}: {told}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_night_is_the_shops_own() {
    let shop = Shop::new().with("TZ", "Asia/Jakarta");
    let printed = shop.exec("schedule print --for cron").ended(Clean).stdout;
    let nightly = printed
        .lines()
        .find(|line| line.ends_with("cleanup --quiet"));
    let times: Vec<&str> = nightly.unwrap().split(' ').take(5).collect();
    // 03:00 in UTC, the zone of the shop.
    assert_eq!(times[1..], ["10", "*", "*", "*"]);
    let units = shop
        .exec("schedule print --for systemd")
        .ended(Clean)
        .stdout;
    let minute = times[0];
    assert!(
        units.contains(&format!("OnCalendar=*-*-* 03:{minute:0>2}:00 UTC\n")),
        "{units}"
    );
}

#[test]
fn only_hooks_are_let_loose() {
    let shop = Shop::bare();
    for user in [&[][..], &["--user", "toko"]] {
        let files = files(&shop, &[&["--for", "systemd"][..], user].concat(), PLAIN);
        let services = files
            .iter()
            .filter(|path| path.extension().unwrap() == "service");
        for path in services {
            let text = std::fs::read_to_string(path).unwrap();
            let runs_hooks = path.to_str().unwrap().contains("fulfil");
            assert_eq!(text.contains("NoNewPrivileges=yes"), !runs_hooks, "{text}");
            assert_eq!(text.contains("sudo or sendmail"), runs_hooks, "{text}");
            assert_eq!(
                text.contains("ProtectSystem=strict"),
                !runs_hooks && !user.is_empty()
            );
            assert_eq!(text.contains("User=toko"), !user.is_empty());
            assert!(text.contains("TimeoutStartSec=") && !text.contains("User=root"));
        }
    }
}

fn utf_16(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let pairs = bytes.strip_prefix(&[0xff, 0xfe]).unwrap().chunks_exact(2);
    let units: Vec<u16> = pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).unwrap()
}

fn value<'d>(document: &'d Document<'_>, name: &str) -> &'d str {
    let mut nodes = document.descendants();
    let node = nodes.find(|node| node.tag_name().name() == name);
    node.unwrap_or_else(|| panic!("no {name}")).text().unwrap()
}

#[test]
fn a_windows_task_has_no_needless_rights() {
    let shop = Shop::bare();
    let program = r"C:\Program Files\payctl\payctl.exe";
    let files = files(&shop, &["--for", "schtasks", "--program", program], WINDOWS);
    let names: Vec<&str> = files
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, JOBS);
    for path in &files {
        let text = utf_16(path);
        assert!(text.contains("\r\n") && !text.replace("\r\n", "").contains('\n'));
        let document = Document::parse(&text).unwrap();
        for (name, expected) in [
            ("UserId", "S-1-5-19"),
            ("RunLevel", "LeastPrivilege"),
            ("MultipleInstancesPolicy", "IgnoreNew"),
            ("StartWhenAvailable", "true"),
            ("DisallowStartIfOnBatteries", "false"),
            ("StopIfGoingOnBatteries", "false"),
            ("Command", program),
        ] {
            assert_eq!(value(&document, name), expected);
        }
        let arguments = value(&document, "Arguments");
        let log = WINDOWS.replace(".toml", ".log");
        assert!(
            arguments.starts_with(&format!("--config \"{WINDOWS}\" --log-file \"{log}\" ")),
            "{arguments}"
        );
        let words: Vec<&str> = arguments.rsplit_once("\" ").unwrap().1.split(' ').collect();
        let line: Vec<&str> = ["payctl"].into_iter().chain(words).collect();
        payctl::commands::understands(&line).unwrap();
    }
    if let Some(xmllint) = need("xmllint") {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/windows/task.xsd");
        accepts(
            &xmllint,
            &["--noout", "--schema", schema.to_str().unwrap()],
            &files,
        );
    }
}

#[test]
fn nothing_on_windows_runs_as_system() {
    let shop = Shop::bare();
    for name in ["SYSTEM", "S-1-5-18"] {
        let line = [
            "schedule",
            "install",
            "--for",
            "schtasks",
            "--user",
            name,
            "--config",
            "payctl.toml",
        ];
        shop.configure("");
        shop.run("product set seat --price 1000");
        let told = shop.run_words(&line, "").stderr;
        assert!(told.contains("must not run as SYSTEM"), "{told}");
    }
}

/// The entries of a dictionary by their keys.
fn entries<'d>(dictionary: Node<'d, 'd>) -> Vec<(&'d str, Node<'d, 'd>)> {
    let nodes: Vec<Node<'d, 'd>> = dictionary.children().filter(Node::is_element).collect();
    let pairs = nodes.chunks(2).map(|pair| {
        assert!(pair[0].has_tag_name("key"));
        (pair[0].text().unwrap(), pair[1])
    });
    pairs.collect()
}

#[test]
#[cfg_attr(windows, ignore = "Windows allows no such path")]
fn launchd_lists_are_property_lists() {
    let shop = Shop::bare();
    let files = files(&shop, &["--for", "launchd", "--user", "toko"], ODD);
    assert_eq!(files.len(), JOBS.len());
    for (path, job) in files.iter().zip(JOBS) {
        let text = std::fs::read_to_string(path).unwrap();
        let options = ParsingOptions {
            allow_dtd: true,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(&text, options).unwrap();
        let plist = document.root_element();
        assert!(plist.has_tag_name("plist"));
        let entries = entries(plist.first_element_child().unwrap());
        let get = |key: &str| {
            let mut found = entries.iter().filter(|(name, _)| *name == key);
            let (first, more) = (found.next(), found.next());
            assert!(more.is_none(), "{key} twice");
            first.map(|(_, node)| *node)
        };
        let label = get("Label").unwrap().text().unwrap();
        assert_eq!(
            path.file_name().unwrap().to_str().unwrap(),
            format!("{label}.plist")
        );
        assert!(label.ends_with(job));
        let words = get("ProgramArguments").unwrap();
        let words: Vec<&str> = words
            .children()
            .filter_map(|word| word.text())
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        assert_eq!(words[..3], ["/usr/local/bin/payctl", "--config", ODD]);
        assert_eq!(words[5], job);
        assert_eq!(get("UserName").unwrap().text(), Some("toko"));
        let is_daily = get("StartCalendarInterval").is_some();
        assert_eq!(is_daily, job == "cleanup");
        assert_eq!(get("StartInterval").is_some(), !is_daily);
    }
}
