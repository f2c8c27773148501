//! QR codes: for a terminal, as SVG, as PNG.
//!
//! Always dark on light with the quiet zone of four modules, whatever the colours around it: a scanner must
//! not depend on how somebody has set up a terminal.

use png::{BitDepth, ColorType, Encoder};
use qrcode::render::svg;
use qrcode::types::QrError as Refused;
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of a module in a picture. As eight, a module is one byte of a line of one-bit pixels.
const MODULE_PIXELS: u32 = 8;
/// Light modules around the code (ISO/IEC 18004).
const QUIET_MODULES: usize = 4;

/// Why a text has no QR code.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// A code of the largest size holds at most 2,331 bytes.
    #[error("the text is too long for a QR code")]
    TooLong,
    #[error("could not draw the picture")]
    Picture(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The code in half blocks, two modules a character, in colours of its own.
///
/// # Errors
///
/// When the text is too long.
pub fn terminal(text: &str) -> Result<String, QrError> {
    // On a screen nothing is scratched or stained, and a small code fits 80 columns.
    let modules = Modules::of(text, EcLevel::L)?;
    let mut shown = String::new();
    for top in (0..modules.side).step_by(2) {
        shown.push_str("\u{1b}[30;107m");
        for column in 0..modules.side {
            let halves = (
                modules.is_dark(column, top),
                modules.is_dark(column, top + 1),
            );
            shown.push(half_blocks(halves));
        }
        shown.push_str("\u{1b}[0m\n");
    }
    Ok(shown)
}

/// The code as a picture that can be made as large as one likes.
///
/// # Errors
///
/// When the text is too long.
pub fn svg(text: &str) -> Result<String, QrError> {
    let code = code(text, EcLevel::M)?;
    let mut picture = code.render::<svg::Color<'_>>();
    let picture = picture.module_dimensions(MODULE_PIXELS, MODULE_PIXELS);
    Ok(picture.build())
}

/// The code as a black and white PNG, eight pixels a module.
///
/// # Errors
///
/// When the text is too long.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let modules = Modules::of(text, EcLevel::M)?;
    let mut lines = Vec::new();
    for row in 0..modules.side {
        let line = (0..modules.side).map(|column| match modules.is_dark(column, row) {
            true => 0x00,
            false => 0xff,
        });
        let line: Vec<u8> = line.collect();
        for _ in 0..MODULE_PIXELS {
            lines.extend_from_slice(&line);
        }
    }
    let side = u32::try_from(modules.side).map_err(|_| QrError::TooLong)? * MODULE_PIXELS;
    written(side, &lines).map_err(|error| QrError::Picture(Box::new(error)))
}

fn written(side: u32, lines: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.write_header()?.write_image_data(lines)?;
    Ok(picture)
}

/// The character whose upper and lower half are dark as said.
const fn half_blocks(dark: (bool, bool)) -> char {
    match dark {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

/// The squares of a code, its quiet zone included.
struct Modules {
    side: usize,
    inner: usize,
    colours: Vec<Color>,
}

impl Modules {
    fn of(text: &str, level: EcLevel) -> Result<Self, QrError> {
        let code = code(text, level)?;
        Ok(Self {
            side: code.width() + 2 * QUIET_MODULES,
            inner: code.width(),
            colours: code.into_colors(),
        })
    }

    /// Whatever is not of the code is light, beyond the quiet zone too.
    fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET_MODULES).filter(|at| *at < self.inner);
        let (Some(column), Some(row)) = (inside(column), inside(row)) else {
            return false;
        };
        self.colours.get(row * self.inner + column) == Some(&Color::Dark)
    }
}

fn code(text: &str, level: EcLevel) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(text, level).map_err(|error| match error {
        Refused::DataTooLong => QrError::TooLong,
        other => QrError::Picture(Box::new(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The string of a customer's code is about this long.
    const TEXT: &str =
        "00020101021226680016ID.CO.CONTOH.WWW011893600099000000001702150000000000000170303UMI";

    /// What a picture shows, as modules: the quiet zone is light, the corner of the first finder dark.
    #[track_caller]
    fn check_frame(side: usize, is_dark: impl Fn(usize, usize) -> bool) {
        for along in 0..side {
            for across in 0..QUIET_MODULES {
                let edges = [
                    (along, across),
                    (across, along),
                    (along, side - 1 - across),
                    (side - 1 - across, along),
                ];
                assert!(!edges.into_iter().any(|(column, row)| is_dark(column, row)));
            }
        }
        let finder = (0..9).map(|step| is_dark(QUIET_MODULES + step, QUIET_MODULES));
        let finder: Vec<bool> = finder.collect();
        assert_eq!(
            finder.get(..8),
            Some(&[true, true, true, true, true, true, true, false][..])
        );
    }

    #[test]
    fn a_terminal_gets_dark_on_light_of_its_own() {
        let shown = terminal(TEXT).unwrap();
        let lines = shown.lines().map(|line| {
            let line = line.strip_prefix("\u{1b}[30;107m").unwrap();
            line.strip_suffix("\u{1b}[0m").unwrap().chars().collect()
        });
        let lines: Vec<Vec<char>> = lines.collect();
        let side = lines[0].len();
        assert!(side <= 80, "fits a terminal");
        assert_eq!(lines.len(), side.div_ceil(2));
        check_frame(side, |column, row| match lines[row / 2][column] {
            '█' => true,
            '▀' => row % 2 == 0,
            '▄' => row % 2 == 1,
            other => {
                assert_eq!(other, ' ');
                false
            }
        });
    }

    #[test]
    fn a_png_is_the_same_in_pixels() {
        let picture = png(TEXT).unwrap();
        let decoder = png::Decoder::new(std::io::Cursor::new(picture));
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(info.width, info.height);
        let side = usize::try_from(info.width).unwrap() / 8;
        check_frame(side, |column, row| bytes[row * 8 * side + column] == 0);
    }

    #[test]
    fn an_svg_has_nothing_of_the_text_in_it() {
        let picture = svg("<script>&\"' $(reboot)").unwrap();
        assert!(picture.starts_with("<?xml") && picture.ends_with("</svg>"));
        assert!(picture.contains(r##"fill="#fff""##) && picture.contains(r##"fill="#000""##));
        assert!(!picture.contains("script") && !picture.contains("reboot"));
    }

    #[test]
    fn a_text_too_long_is_refused() {
        let text = "x".repeat(3_000);
        assert!(matches!(terminal(&text), Err(QrError::TooLong)));
        assert!(matches!(svg(&text), Err(QrError::TooLong)));
        assert!(matches!(png(&text), Err(QrError::TooLong)));
    }
}
