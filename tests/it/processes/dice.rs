//! Arbitrary choices, the same for the same seed.

pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Of one command line in one round.
    pub(super) fn of_line(seed: u64, line: &str) -> Self {
        let mixed = line.bytes().fold(seed, |mixed, byte| {
            mixed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte)
        });
        Self::of(mixed)
    }

    pub(super) fn below(&mut self, sides: u64) -> u64 {
        // xorshift
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        let at = self.below(all.len() as u64);
        all[usize::try_from(at).unwrap()]
    }
}

/// A number that a variable sets.
pub(super) fn number(variable: &str, usual: u64) -> u64 {
    let set = std::env::var(variable).ok();
    set.map_or(usual, |text| text.parse().unwrap())
}
