//! A list on the terminal of which any number of lines can be selected; typing narrows it down.

use std::collections::BTreeSet;
use std::io;

use dialoguer::console::{Key, Term, truncate_str};

/// How the list was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PickerEnd {
    Confirmed,
    Left,
}

/// The lines, and what the person has done with them.
pub(super) struct Picker<'a> {
    prompt: &'a str,
    lines: &'a [String],
    filter: String,
    /// Places of the lines that are selected; filtered out or not.
    selected: BTreeSet<usize>,
    /// The place of the pointer among the lines that match.
    pointer: usize,
}

/// The lines above the list.
const HEAD: usize = 2;

impl<'a> Picker<'a> {
    pub(super) fn new(prompt: &'a str, lines: &'a [String]) -> Self {
        Self {
            prompt,
            lines,
            filter: String::new(),
            selected: BTreeSet::new(),
            pointer: 0,
        }
    }

    /// Shows the list until the person leaves it, and takes it off the screen. The cursor is back in any case.
    pub(super) fn run(mut self, terminal: &Term) -> io::Result<Vec<usize>> {
        terminal.hide_cursor()?;
        let end = self.follow_keys(terminal);
        terminal.show_cursor()?;
        Ok(match end? {
            PickerEnd::Confirmed => self.selected.into_iter().collect(),
            PickerEnd::Left => Vec::new(),
        })
    }

    fn follow_keys(&mut self, terminal: &Term) -> io::Result<PickerEnd> {
        loop {
            let shown = self.shown(terminal.size());
            for line in &shown {
                terminal.write_line(line)?;
            }
            let key = terminal.read_key_raw();
            terminal.clear_last_lines(shown.len())?;
            if let Some(end) = self.press(&key?) {
                return Ok(end);
            }
        }
    }

    /// What a key does; an end if it leaves the list.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other keys mean nothing here"
    )]
    pub(super) fn press(&mut self, key: &Key) -> Option<PickerEnd> {
        let matching = self.matching();
        match key {
            Key::Enter => return Some(PickerEnd::Confirmed),
            Key::CtrlC | Key::Escape => return Some(PickerEnd::Left),
            Key::ArrowUp => self.pointer = self.pointer.saturating_sub(1),
            Key::ArrowDown => self.pointer = self.pointer.saturating_add(1),
            Key::PageUp => self.pointer = self.pointer.saturating_sub(10),
            Key::PageDown => self.pointer = self.pointer.saturating_add(10),
            Key::Home => self.pointer = 0,
            Key::End => self.pointer = usize::MAX,
            Key::Char(' ') => {
                if let Some(place) = matching.get(self.pointer)
                    && !self.selected.remove(place)
                {
                    self.selected.insert(*place);
                }
            }
            Key::Backspace => {
                self.filter.pop();
                self.pointer = 0;
            }
            Key::Char(letter) if !letter.is_control() => {
                self.filter.push(*letter);
                self.pointer = 0;
            }
            _ => {}
        }
        let last = self.matching().len().saturating_sub(1);
        self.pointer = self.pointer.min(last);
        None
    }

    /// The places of the lines that have the filter in them, upper and lower case alike.
    fn matching(&self) -> Vec<usize> {
        let wanted = self.filter.to_lowercase();
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| line.to_lowercase().contains(&wanted))
            .map(|(place, _)| place)
            .collect()
    }

    /// The screen: no line is wider than it, and there are fewer lines than it has.
    fn shown(&self, (height, width): (u16, u16)) -> Vec<String> {
        let (height, width) = (usize::from(height), usize::from(width));
        let matching = self.matching();
        let room = height.saturating_sub(HEAD + 1).max(1);
        let first = self.pointer.saturating_sub(room.saturating_sub(1));
        let count = format!(
            "{} of {} match, {} selected",
            matching.len(),
            self.lines.len(),
            self.selected.len()
        );
        let filter = match self.filter.as_str() {
            "" => "type to filter".to_owned(),
            typed => format!("filter: {typed}"),
        };
        let mut shown = vec![
            format!("{} (space selects, Enter confirms)", self.prompt),
            format!("{count}; {filter}"),
        ];
        let window = matching.iter().enumerate().skip(first).take(room);
        shown.extend(window.filter_map(|(nth, place)| {
            let pointer = if nth == self.pointer { '>' } else { ' ' };
            let mark = if self.selected.contains(place) {
                'x'
            } else {
                ' '
            };
            Some(format!("{pointer} [{mark}] {}", self.lines.get(*place)?))
        }));
        // A line that fills the last column is wrapped by some terminals.
        let most = width.saturating_sub(1);
        shown
            .iter()
            .map(|line| truncate_str(line, most, "…").into_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<String> {
        let names = ["Rina", "Sari Dewi", "Budi"];
        let lines = names.iter().zip(1..);
        lines
            .map(|(name, nth)| format!("INV-{nth}  Rp 25,000  {name}"))
            .collect()
    }

    fn press(picker: &mut Picker<'_>, typed: &str) {
        for letter in typed.chars() {
            assert_eq!(picker.press(&Key::Char(letter)), None);
        }
    }

    #[test]
    fn typing_narrows_the_list_down() {
        let lines = lines();
        let mut picker = Picker::new("Which?", &lines);
        press(&mut picker, "sARI");
        assert_eq!(
            picker.shown((24, 80)),
            [
                "Which? (space selects, Enter confirms)",
                "1 of 3 match, 0 selected; filter: sARI",
                "> [ ] INV-2  Rp 25,000  Sari Dewi",
            ]
        );
        press(&mut picker, " ");
        for _ in 0..4 {
            picker.press(&Key::Backspace);
        }
        picker.press(&Key::End);
        press(&mut picker, " ");
        assert_eq!(picker.press(&Key::Enter), Some(PickerEnd::Confirmed));
        assert_eq!(picker.selected.into_iter().collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_list_fits_every_screen() {
        let long = vec!["張偉".repeat(60); 50];
        let mut picker = Picker::new("Which orders are paid?", &long);
        picker.press(&Key::PageDown);
        for size in [(24, 80), (8, 30), (3, 4), (1, 2)] {
            let shown = picker.shown(size);
            assert!(shown.len() <= usize::from(size.0).max(3), "{size:?}");
            let is_narrow =
                |line: &String| dialoguer::console::measure_text_width(line) < usize::from(size.1);
            assert!(shown.iter().all(is_narrow), "{size:?} {shown:?}");
        }
        let shown = picker.shown((24, 80));
        let pointed = shown.iter().filter(|line| line.starts_with('>'));
        assert_eq!(pointed.count(), 1, "the pointer is on the screen");
    }

    #[test]
    fn nothing_is_selected_by_leaving() {
        let lines = lines();
        for key in [Key::CtrlC, Key::Escape] {
            let mut picker = Picker::new("Which?", &lines);
            press(&mut picker, " ");
            assert_eq!(picker.press(&key), Some(PickerEnd::Left));
        }
        let mut picker = Picker::new("Which?", &lines);
        press(&mut picker, "nobody ");
        assert!(picker.selected.is_empty(), "no line was left to select");
    }
}
