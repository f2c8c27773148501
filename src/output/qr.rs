//! QR codes: for a terminal, as SVG and as PNG. Always with the quiet zone that scanners need.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The text is too long for a QR code, or the picture could not be made.
#[derive(Debug, thiserror::Error)]
#[error("could not draw a QR code: {0}")]
pub struct QrError(String);

/// A text as light and dark modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Row by row; true means dark.
    modules: Vec<bool>,
    width: usize,
}

/// In modules, on every side; the standard requires four.
const QUIET: usize = 4;

/// In pixels: sharp on paper, small as a file.
const MODULE_PIXELS: usize = 8;

/// Black on white from the fixed part of the 256 colours, because the terminal's palette may change the first sixteen:
/// a code in the colours of a dark terminal is inverted, and many scanners cannot read that.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const RESET: &str = "\u{1b}[0m";

impl Qr {
    /// # Errors
    /// If the text is too long: a QR code holds about 2,300 bytes.
    pub fn new(text: &str) -> Result<Self, QrError> {
        // Level M: the code stays readable if a seventh of it is dirty.
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(qr_error)?;
        let width = code.width();
        let colors = code.into_colors();
        Ok(Self {
            modules: colors.iter().map(|color| *color == Color::Dark).collect(),
            width,
        })
    }

    /// Lines of half blocks, two rows of modules in each, with their own colours.
    #[must_use]
    pub fn terminal(&self) -> String {
        let mut text = String::new();
        for y in (0..self.side()).step_by(2) {
            text.push_str(BLACK_ON_WHITE);
            text.extend((0..self.side()).map(|x| {
                match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
                    (false, false) => ' ',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (true, true) => '█',
                }
            }));
            text.push_str(RESET);
            text.push('\n');
        }
        text
    }

    /// A picture that can be printed at any size.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side();
        let pixels = side * MODULE_PIXELS;
        let mut path = String::new();
        for (x, y) in self.places().filter(|(x, y)| self.is_dark(*x, *y)) {
            // Writing to a string does not fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" \
             viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path fill=\"#000\" d=\"{path}\"/></svg>\n"
        )
    }

    /// A greyscale picture that uses two shades.
    ///
    /// # Errors
    /// If the picture could not be encoded.
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        let pixels = self.side() * MODULE_PIXELS;
        let size = u32::try_from(pixels).map_err(qr_error)?;
        let mut picture = Vec::with_capacity(pixels * pixels);
        for y in 0..pixels {
            picture.extend((0..pixels).map(|x| {
                if self.is_dark(x / MODULE_PIXELS, y / MODULE_PIXELS) {
                    0
                } else {
                    u8::MAX
                }
            }));
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, size, size);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(qr_error)?;
        writer.write_image_data(&picture).map_err(qr_error)?;
        writer.finish().map_err(qr_error)?;
        Ok(file)
    }

    /// In modules, including the quiet zone.
    fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let side = self.side();
        (0..side).flat_map(move |y| (0..side).map(move |x| (x, y)))
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else {
            return false;
        };
        x < self.width && self.modules.get(y * self.width + x).copied() == Some(true)
    }
}

fn qr_error(error: impl std::fmt::Display) -> QrError {
    QrError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_has_its_quiet_zone() {
        let qr = Qr::new("PAYCTL").unwrap();
        let text = qr.terminal();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), qr.side().div_ceil(2));
        let bare = |line: &str| line.replace(BLACK_ON_WHITE, "").replace(RESET, "");
        for line in [lines[0], lines[1]] {
            assert_eq!(bare(line), " ".repeat(qr.side()));
        }
        for line in &lines {
            let bare = bare(line);
            assert_eq!(bare.chars().count(), qr.side());
            assert!(
                bare.starts_with("    ") && bare.ends_with("    "),
                "{bare:?}"
            );
        }
        let svg = qr.svg();
        assert!(svg.contains("viewBox=\"0 0 29 29\""), "{svg}");
        assert!(
            svg.contains("M4 4h1v1h-1z") && !svg.contains("M3 "),
            "{svg}"
        );
    }

    #[test]
    fn a_png_has_its_signature_and_size() {
        let file = Qr::new("PAYCTL").unwrap().png().unwrap();
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(file[16..24], [0, 0, 0, 232, 0, 0, 0, 232]);
    }

    #[test]
    fn too_long_a_text_is_refused() {
        assert!(Qr::new(&"x".repeat(5_000)).is_err());
    }
}
