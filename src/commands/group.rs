//! A group of subcommands: `payctl order …`.

/// Declares a group: its subcommands, and what runs each of them.
///
/// One that is marked `writes` declares next to its arguments what it does to the database; the others write nothing.
macro_rules! group {
    (
        $(#[$meta:meta])*
        $vis:vis enum $group:ident {
            $($name:ident($args:ty) => $run:path $(, $writes:ident)?;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, clap::Subcommand)]
        $vis enum $group { $($name($args)),+ }

        impl $group {
            /// What it does to the database.
            $vis fn writes(&self) -> $crate::commands::Writes {
                match self {
                    $(Self::$name(_args) => $crate::commands::group::group!(@ _args $($writes)?),)+
                }
            }
        }

        $vis fn run(
            command: $group,
            context: $crate::commands::context::Context<'_>,
        ) -> anyhow::Result<$crate::exit::Exit> {
            match command { $($group::$name(args) => $run(&args, context)),+ }
        }
    };
    (@ $args:ident) => { $crate::commands::Writes::Nothing };
    (@ $args:ident writes) => { $args.writes() };
}

pub(super) use group;
