//! The one integration binary: commands work over time, on a real file, over real HTTP.

#[cfg(test)]
mod amounts;
#[cfg(test)]
mod any_server;
#[cfg(test)]
mod attach;
#[cfg(test)]
mod beside;
#[cfg(test)]
mod books;
#[cfg(test)]
mod bought;
#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod cgi;
#[cfg(test)]
mod cleanup;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod clock_ahead;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod documents;
#[cfg(test)]
#[cfg(unix)]
mod doors;
#[cfg(test)]
mod due;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod edges;
#[cfg(test)]
#[cfg(unix)]
mod effects;
#[cfg(test)]
#[cfg(unix)]
mod elsewhere;
#[cfg(test)]
#[cfg(unix)]
mod endings;
#[cfg(test)]
mod face;
#[cfg(test)]
mod forgetting;
#[cfg(test)]
mod fresh_import;
#[cfg(test)]
#[cfg(unix)]
mod healing;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod house;
#[cfg(test)]
#[cfg(unix)]
mod imports;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod inputs;
#[cfg(test)]
mod kept_file;
#[cfg(test)]
#[cfg(unix)]
mod killed;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod old_files;
#[cfg(test)]
mod old_refunds;
#[cfg(test)]
mod openings;
#[cfg(test)]
mod partial_return;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod pay;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod program;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod qr;
#[cfg(test)]
mod race;
#[cfg(test)]
mod read_turns;
#[cfg(test)]
mod references;
#[cfg(test)]
mod repeated;
#[cfg(test)]
#[cfg(unix)]
mod rights;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod second_api;
#[cfg(test)]
#[cfg(unix)]
mod second_life;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
#[path = "../../src/effects/mail/tests/sink.rs"]
mod sink;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod story;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod switched_off;
#[cfg(test)]
mod telling;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod transfers;
#[cfg(test)]
mod troubles;
#[cfg(test)]
mod unsettled;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod watch;
#[cfg(test)]
#[cfg(unix)]
mod web_servers;
#[cfg(test)]
mod why;
#[cfg(test)]
mod world;
