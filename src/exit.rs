//! How a run ended. The exit codes are an interface: cron, scripts and schedulers act on them.

use crate::faults::planted;

/// The end of a run, with the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Nothing was wrong, or everything was repaired.
    Clean,
    /// The run could not do its work.
    Failed,
    /// The command line was invalid.
    Usage,
    /// The run finished, and somebody should look at the result.
    Attention,
    /// The run finished, but some payments could not be checked or some effects failed.
    Partial,
    /// Another run of the same job holds its lock.
    Busy,
    /// The configuration or a key is wrong.
    Config,
}

impl Exit {
    pub const ALL: [Self; 7] = [
        Self::Clean,
        Self::Failed,
        Self::Usage,
        Self::Attention,
        Self::Partial,
        Self::Busy,
        Self::Config,
    ];

    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Attention => 3,
            Self::Partial => 4,
            Self::Busy => 75,
            Self::Config => 78,
        }
    }

    /// The exit with this code, if there is one.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| exit.code() == code)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Attention => "attention",
            Self::Partial => "partial",
            Self::Busy => "busy",
            Self::Config => "config",
        }
    }

    /// The worse of two exits: the worst line of a run decides. What needs a person outranks what the next run may
    /// repair, so a silent gateway does not hide a case.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self.severity() >= other.severity() {
            self
        } else {
            other
        }
    }

    fn severity(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Attention if planted!(LetSilenceHideACase) => 1,
            Self::Partial if planted!(LetSilenceHideACase) => 2,
            Self::Partial => 1,
            Self::Attention => 2,
            Self::Config => 3,
            Self::Failed => 4,
            Self::Usage => 5,
            Self::Busy => 6,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;
    use crate::faults::Planted;

    #[test]
    fn the_worst_line_decides_the_exit_code() {
        let order = [
            Exit::Failed,
            Exit::Config,
            Exit::Attention,
            Exit::Partial,
            Exit::Clean,
        ];
        for (index, worse) in order.into_iter().enumerate() {
            for better in order.into_iter().skip(index) {
                assert_eq!(worse.worse(better), worse);
                assert_eq!(better.worse(worse), worse);
            }
        }
    }

    #[test]
    fn silence_that_hides_a_case() {
        let both = || Exit::Attention.worse(Exit::Partial);
        assert_eq!(both(), Exit::Attention);
        let _planted = Planted::LetSilenceHideACase.plant();
        assert_eq!(both(), Exit::Partial);
    }

    #[test]
    fn the_exit_codes_are_an_interface() {
        let codes: Vec<u8> = Exit::ALL.into_iter().map(Exit::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 75, 78]);
    }
}
