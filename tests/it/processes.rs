//! The program as processes, and what a machine does to them: they are killed, stopped, crowded, without disk, and
//! read a wrong clock. Every command that writes is tried, in one shop in which each of them has work to do.
//!
//! | variable | |
//! | --- | --- |
//! | `PAYCTL_KILL_ROUNDS` | how many rounds; in each, every command is killed once |
//! | `PAYCTL_KILL_SEED` | the seed of the first round, as a failure prints it |

mod aftermath;
mod commands;
mod dice;
mod killed;
mod killed_deliveries;
mod moment;
mod stage;
mod template;
