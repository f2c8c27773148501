//! What is drawn can be read: by a scanner of others, from the paper and from a dark terminal.

use std::path::Path;
use std::process::Command;

use payctl::exit::Exit;

use crate::world::Shop;

/// A shop with one ticket, and its code.
fn shop() -> (Shop, String) {
    let shop = Shop::new();
    let set = "product set seat --price 0 --tickets";
    shop.run(set).ended(Exit::Clean);
    let order = "order create --number INV-1 --line seat:1";
    shop.run(order).ended(Exit::Clean);
    let code = shop.order("INV-1")["tickets"][0]["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    (shop, code)
}

#[test]
fn a_ticket_is_read_from_a_png() {
    let (shop, code) = shop();
    let line = format!("ticket show {code} --png ticket.png");
    shop.run(&line).ended(Exit::Clean);
    check(&shop.folder.path().join("ticket.png"), &code);
}

#[test]
fn a_ticket_is_read_from_a_dark_terminal() {
    let (shop, code) = shop();
    let told = shop.run(&format!("ticket show {code} --qr"));
    let file = shop.folder.path().join("terminal.pgm");
    std::fs::write(&file, photograph(&told.ended(Exit::Clean).stdout)).unwrap();
    check(&file, &code);
}

#[test]
fn a_ticket_is_read_from_an_svg() {
    let (shop, code) = shop();
    let line = format!("ticket show {} --svg ticket.svg", code.to_lowercase());
    shop.run(&line).ended(Exit::Clean);
    let svg = std::fs::read_to_string(shop.folder.path().join("ticket.svg")).unwrap();
    let file = shop.folder.path().join("svg.pgm");
    std::fs::write(&file, drawn(&svg)).unwrap();
    check(&file, &code);
}

/// `zbarimg` reads the text from the picture.
#[track_caller]
fn check(picture: &Path, text: &str) {
    let ran = Command::new("zbarimg")
        .args(["--quiet", "--raw"])
        .arg(picture)
        .output();
    let Ok(ran) = ran else {
        let whole = std::env::var("PAYCTL_TEST_ALL").is_ok_and(|value| value == "1");
        assert!(!whole, "zbarimg is not installed, and PAYCTL_TEST_ALL is 1");
        eprintln!("left out: reading a QR code needs zbarimg, which is not installed");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), text, "{ran:?}");
}

const PIXELS: usize = 6;
const DARK: u8 = 0;
const LIGHT: u8 = 255;
/// Around the code a dark terminal is dark.
const MARGIN: usize = 6;

/// What a dark terminal shows of half blocks: they are black on white only where their colours say so.
fn photograph(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('\u{1b}'))
        .collect();
    let mut rows = Vec::new();
    for line in lines {
        let line = line.strip_prefix("\u{1b}[38;5;16;48;5;231m").unwrap();
        let line = line.strip_suffix("\u{1b}[0m").unwrap();
        let half = |blocks: [char; 2]| -> Vec<u8> {
            let shade = |letter| {
                if blocks.contains(&letter) {
                    DARK
                } else {
                    LIGHT
                }
            };
            line.chars().map(shade).collect()
        };
        rows.push(half(['▀', '█']));
        rows.push(half(['▄', '█']));
    }
    picture(&rows)
}

/// What the squares of the SVG's path cover.
fn drawn(svg: &str) -> Vec<u8> {
    let side = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
    let side: usize = side.split(' ').next().unwrap().parse().unwrap();
    let mut rows = vec![vec![LIGHT; side]; side];
    let path = svg
        .split(" d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    for square in path.split('M').filter(|square| !square.is_empty()) {
        let (x, y) = square
            .strip_suffix("h1v1h-1z")
            .unwrap()
            .split_once(' ')
            .unwrap();
        rows[y.parse::<usize>().unwrap()][x.parse::<usize>().unwrap()] = DARK;
    }
    picture(&rows)
}

/// A portable grey map, dark around.
fn picture(rows: &[Vec<u8>]) -> Vec<u8> {
    let (width, height) = (rows[0].len() + 2 * MARGIN, rows.len() + 2 * MARGIN);
    let mut file = format!("P5 {} {} 255\n", width * PIXELS, height * PIXELS).into_bytes();
    for y in 0..height * PIXELS {
        for x in 0..width * PIXELS {
            let (x, y) = (
                (x / PIXELS).wrapping_sub(MARGIN),
                (y / PIXELS).wrapping_sub(MARGIN),
            );
            let shade = rows.get(y).and_then(|row| row.get(x));
            file.push(shade.copied().unwrap_or(DARK));
        }
    }
    file
}
