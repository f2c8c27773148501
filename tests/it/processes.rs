//! The program as processes, and what a machine does to them: they are killed, stopped, crowded, without disk, and
//! read a wrong clock. Every command that writes is tried, in one shop in which each of them has work to do.
//!
//! | variable | |
//! | --- | --- |
//! | `PAYCTL_KILL_ROUNDS` | how many rounds; in each, every command is killed once, and a third of them is stopped, and so on |
//! | `PAYCTL_KILL_SEED` | the seed of the first round, as a failure prints it |
//!
//! What needs the superuser (a small disk) or libfaketime is skipped, with a message, where it is not to be had.

mod aftermath;
mod chaos;
mod commands;
mod damaged;
mod dice;
mod full_disk;
mod killed;
mod killed_deliveries;
mod moment;
mod mount;
mod read_only;
mod repeat;
mod stage;
mod stopped;
mod template;
mod wrong_clocks;
