//! The demo tells its story, and notices when it does not come true.

use clap::Parser as _;
use tempfile::TempDir;

use super::story::DemoStep;
use super::*;
use crate::commands::shared_writer::SharedWriter;

/// A host that prints to `console`, and nothing on stderr but what fails the demo.
fn host(console: &SharedWriter<Vec<u8>>, folder: &TempDir) -> Host {
    Host {
        stdout: Box::new(console.clone()),
        ..Host::without_terminal(folder.path().to_owned())
    }
}

/// What the demo prints where nobody pauses it.
fn told() -> String {
    let (console, folder) = (SharedWriter::new(Vec::new()), tempfile::tempdir().unwrap());
    let exit = crate::commands::run(["payctl", "demo"].map(Into::into), host(&console, &folder));
    let told = String::from_utf8(console.lock().clone()).unwrap();
    assert_eq!(exit, Exit::Clean, "{told}");
    told
}

#[test]
fn the_demo_runs_through_and_shows_each_command() {
    let told = told();
    let mut rest = told.as_str();
    for step in STORY.iter().flat_map(|scene| scene.steps) {
        let shown = match step {
            DemoStep::Say(text) => format!("\n{text}\n"),
            DemoStep::Type { line, .. } => format!("\n$ payctl {line}\n"),
            DemoStep::Beforehand(_) | DemoStep::Look(_) | DemoStep::Midtrans { .. } => continue,
        };
        let Some((_, after)) = rest.split_once(&shown) else {
            panic!("{shown} is not in {rest}");
        };
        rest = after;
    }
    assert!(told.contains("created → paid"), "{told}");
}

#[test]
fn each_scene_fits_a_small_screen() {
    let told = told();
    let mut scenes: Vec<Vec<&str>> = Vec::new();
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
        if line.contains(" of 5: ") {
            scenes.push(Vec::new());
        }
        scenes.last_mut().unwrap().push(line);
    }
    assert_eq!(scenes.len(), STORY.len());
    for scene in scenes {
        let text = scene.join("\n");
        let lines = text.trim_end().lines().count();
        assert!(lines <= 20, "{lines} lines:\n{text}");
    }
}

/// Plays a demo with an unexpected result; its folder is deleted with it.
#[track_caller]
fn check_otherwise(story: &[DemoStep], says: &str) {
    let (console, folder) = (SharedWriter::new(Vec::new()), tempfile::tempdir().unwrap());
    let options = Typed::parse_from(["payctl"]).options;
    let mut host = host(&console, &folder);
    let mut stage = DemoEnvironment::build(&options, &mut host).unwrap();
    let error = stage.perform(story).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
    let folder = stage.close();
    let path = folder.path().to_owned();
    folder.close().unwrap();
    assert!(!path.exists());
}

#[derive(clap::Parser)]
struct Typed {
    #[command(flatten)]
    options: Options,
}

#[test]
fn the_demo_notices_an_unexpected_outcome() {
    let create = DemoStep::Type {
        line: "product set seat --price 500",
        ends: Exit::Clean,
    };
    let attention = DemoStep::Type {
        line: "check-all",
        ends: Exit::Attention,
    };
    check_otherwise(
        &[create, attention],
        "`payctl check-all` ended with 0 instead of 3",
    );
    let create = DemoStep::Type {
        line: "order create --number INV-1 --total 500",
        ends: Exit::Clean,
    };
    let looks = DemoStep::Look(&[("INV-1", "paid paid")]);
    check_otherwise(&[create, looks], "INV-1 is pending  instead of paid paid");
    let create = DemoStep::Type {
        line: "product set seat --price 500",
        ends: Exit::Clean,
    };
    let looks = DemoStep::Look(&[("INV-2", "paid paid")]);
    check_otherwise(&[create, looks], "INV-2 is missing");
}
