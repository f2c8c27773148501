//! A macro fits a screen, and an import names what it takes.

use super::check;
use super::source::sources;

const MAX_MACRO_LINES: usize = 40;

#[test]
fn a_macro_fits_a_screen() {
    let mut broken = Vec::new();
    for source in sources("src") {
        for rest in source.text.split("macro_rules! ").skip(1) {
            let name = rest.split(' ').next().unwrap_or_default();
            let lines = rest.lines().position(|line| line == "}").unwrap() + 1;
            if lines > MAX_MACRO_LINES {
                broken.push(format!("{}: {name} has {lines} lines", source.path));
            }
        }
    }
    check("macros", broken);
}

#[test]
fn an_import_names_what_it_takes() {
    let mut broken = Vec::new();
    for source in sources("src") {
        let lines = source.product.lines().map(str::trim);
        let wild = lines.filter(|line| line.contains("use ") && line.ends_with("::*;"));
        broken.extend(wild.map(|line| format!("{}: {line}", source.path)));
    }
    check("imports", broken);
}
