//! The page in a browser: narrow and wide, light and dark.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use payctl::exit::Exit;
use serde_json::Value;

use super::history::random_shop;
use crate::external_programs::need;

const WIDTHS: [u32; 2] = [360, 1280];

/// Chromium's numbers for what the reader prefers.
const SCHEMES: [(&str, &str); 2] = [("dark", "0"), ("light", "1")];

/// A page that shows another one at a width, and says how wide it is. The page itself runs no script.
fn frame(page: &str, width: u32, height: u32) -> String {
    format!(
        "<!doctype html><body style=\"margin:0\"><iframe id=\"f\" src=\"{page}\" \
         style=\"display:block;border:0;width:{width}px;height:{height}px\"></iframe><pre id=\"out\"></pre><script>\
         onload = () => {{ const d = f.contentDocument; out.textContent = JSON.stringify({{ width: f.clientWidth, \
         content: d.documentElement.scrollWidth, height: d.documentElement.scrollHeight, \
         paper: getComputedStyle(d.body).backgroundColor }}); }}</script></body>"
    )
}

struct Browser {
    program: PathBuf,
    folder: PathBuf,
}

/// What a page has measured, and what the browser complained of.
struct Measured {
    page: Value,
    complaints: String,
}

impl Browser {
    fn run(&self, scheme: &str, more: &[&str], page: &str) -> std::process::Output {
        let profile = format!("--user-data-dir={}", self.folder.join("profile").display());
        let scheme = format!("--blink-settings=preferredColorScheme={scheme}");
        Command::new(&self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .args([
                "--allow-file-access-from-files",
                "--virtual-time-budget=3000",
            ])
            .args(["--enable-logging=stderr", &profile, &scheme])
            .args(more)
            .arg(self.folder.join(page))
            .output()
            .unwrap()
    }

    fn measure(&self, page: &str, width: u32, scheme: &str) -> Measured {
        fs::write(self.folder.join("frame.html"), frame(page, width, 800)).unwrap();
        let output = self.run(scheme, &["--dump-dom"], "frame.html");
        let shown = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        let (_, measured) = shown
            .split_once("<pre id=\"out\">")
            .unwrap_or_else(|| panic!("{shown}{errors}"));
        let (measured, _) = measured.split_once("</pre>").unwrap();
        let complaints = errors.lines().filter(|line| line.contains(":CONSOLE"));
        Measured {
            page: serde_json::from_str(measured)
                .unwrap_or_else(|error| panic!("{error}: {measured}{errors}")),
            complaints: complaints.collect::<Vec<_>>().join("\n"),
        }
    }

    /// A picture of the whole page.
    fn picture(&self, page: &str, (width, height): (u32, u32), scheme: &str, to: &Path) -> Vec<u8> {
        fs::write(self.folder.join("frame.html"), frame(page, width, height)).unwrap();
        let (size, to_file) = (
            format!("--window-size={width},{height}"),
            format!("--screenshot={}", to.display()),
        );
        let output = self.run(scheme, &[&size, &to_file], "frame.html");
        fs::read(to).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }
}

/// The pictures stay, for people to look at.
#[test]
fn the_page_fits_in_every_light() {
    let Some(program) = need("chromium") else {
        return;
    };
    let shop = random_shop(1);
    shop.run("report --html report.html --from 2026-03-01 --quiet")
        .ended(Exit::Clean);
    let browser = Browser {
        program,
        folder: shop.folder.path().to_owned(),
    };
    let mut pictures = Vec::new();
    for width in WIDTHS {
        for (name, scheme) in SCHEMES {
            let measured = browser.measure("report.html", width, scheme);
            assert_eq!(measured.page["width"], width);
            assert_eq!(
                measured.page["content"], width,
                "{width} {name}: it overflows"
            );
            assert_eq!(measured.complaints, "", "{width} {name}");
            let is_dark = measured.page["paper"] == "rgb(20, 23, 26)";
            assert_eq!(is_dark, name == "dark", "{}", measured.page);
            let height = u32::try_from(measured.page["height"].as_u64().unwrap()).unwrap();
            let to = format!("{}/report-{width}-{name}.png", env!("CARGO_TARGET_TMPDIR"));
            let picture = browser.picture("report.html", (width, height), scheme, to.as_ref());
            assert!(picture.starts_with(b"\x89PNG"), "{to}");
            pictures.push(picture);
        }
    }
    pictures.dedup();
    assert_eq!(pictures.len(), 4, "two of the pictures are the same");
}

/// Otherwise the test above could not fail.
#[test]
fn a_bad_page_is_noticed() {
    let Some(program) = need("chromium") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let bad = "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\
        <body><script>alert(1)</script><p style=\"width:900px\">wide</p></body>";
    fs::write(folder.path().join("bad.html"), bad).unwrap();
    let wide = "<!doctype html><body><pre>".to_owned() + &"x".repeat(300) + "</pre></body>";
    fs::write(folder.path().join("wide.html"), wide).unwrap();
    let browser = Browser {
        program,
        folder: folder.path().to_owned(),
    };
    assert!(
        browser
            .measure("bad.html", 360, "1")
            .complaints
            .contains("CONSOLE")
    );
    let measured = browser.measure("wide.html", 360, "1").page;
    assert!(measured["content"].as_u64() > Some(360), "{measured}");
}
