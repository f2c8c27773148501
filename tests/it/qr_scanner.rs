//! QR codes as a scanner sees them: a dark terminal in its colours, an SVG on paper.

use std::path::Path;
use std::process::Command;

use crate::external_programs::need;

const DARK: u8 = 24;
/// Pixels per half character, which is as high as it is wide.
const SIDE: usize = 6;

/// Checks that `zbarimg` reads this text from the picture; without that program the check is skipped and says so.
#[track_caller]
pub(crate) fn check(picture: &Path, text: &str) {
    let Some(zbarimg) = need("zbarimg") else {
        return;
    };
    let ran = Command::new(zbarimg)
        .args(["--quiet", "--raw"])
        .arg(picture)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout).trim(),
        text,
        "{}: {ran:?}",
        picture.display()
    );
}

/// A PNG of the text in a dark terminal with its default colours.
pub(crate) fn photograph(text: &str) -> Vec<u8> {
    let rows: Vec<Vec<(u8, u8)>> = text.lines().map(row).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap();
    let width = (columns + 2) * SIDE;
    let mut pixels = Vec::new();
    for row in &rows {
        for half in 0..2 {
            let mut line = vec![DARK; width];
            for (at, (upper, lower)) in row.iter().enumerate() {
                let shade = if half == 0 { *upper } else { *lower };
                line[(at + 1) * SIDE..(at + 2) * SIDE].fill(shade);
            }
            pixels.extend(std::iter::repeat_n(line, SIDE).flatten());
        }
    }
    picture(width, &pixels)
}

/// A PNG of an SVG made of black squares on white, as ours are.
pub(crate) fn print(svg: &str) -> Vec<u8> {
    let value = |name: &str| {
        let rest = svg.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    };
    let side: usize = value("viewBox")
        .strip_prefix("0 0 ")
        .unwrap()
        .split_once(' ')
        .unwrap()
        .0
        .parse()
        .unwrap();
    assert!(
        svg.contains("fill=\"#fff\"/>") && svg.contains("fill=\"#000\" d="),
        "{svg}"
    );
    let width = side * SIDE;
    let mut pixels = vec![255; width * width];
    for square in value("d").split('M').filter(|square| !square.is_empty()) {
        let (x, y) = square
            .strip_suffix("h1v1h-1z")
            .unwrap()
            .split_once(' ')
            .unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for line in y * SIDE..(y + 1) * SIDE {
            pixels[line * width + x * SIDE..][..SIDE].fill(0);
        }
    }
    picture(width, &pixels)
}

fn picture(width: usize, pixels: &[u8]) -> Vec<u8> {
    let height = pixels.len() / width;
    let mut file = Vec::new();
    let size = |pixels: usize| u32::try_from(pixels).unwrap();
    let mut encoder = png::Encoder::new(&mut file, size(width), size(height));
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    drop(writer);
    file
}

/// The shades of the upper and the lower half of each character.
fn row(line: &str) -> Vec<(u8, u8)> {
    let usual = (200, DARK);
    let (mut ink, mut ground) = usual;
    let mut shown = Vec::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            let code: String = letters
                .by_ref()
                .skip(1)
                .take_while(|letter| *letter != 'm')
                .collect();
            (ink, ground) = match code.as_str() {
                "0" => usual,
                "30;107" | "38;5;16;48;5;231" => (0, 255),
                "1" => (ink, ground),
                other => panic!("unknown colour {other:?}"),
            };
            continue;
        }
        shown.push(match letter {
            '█' => (ink, ink),
            '▀' => (ink, ground),
            '▄' => (ground, ink),
            _ => (ground, ground),
        });
    }
    shown
}
