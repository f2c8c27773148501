//! The one integration binary: commands do right over time, on a real file, over real HTTP.

#[cfg(test)]
mod any_server;
#[cfg(test)]
mod books;
#[cfg(test)]
mod cgi;
#[cfg(test)]
mod cleanup;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod documents;
#[cfg(test)]
#[cfg(unix)]
mod effects;
#[cfg(test)]
mod face;
#[cfg(test)]
mod fresh_import;
#[cfg(test)]
mod house;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod inputs;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod openings;
#[cfg(test)]
mod pay;
#[cfg(test)]
mod program;
#[cfg(test)]
mod qr;
#[cfg(test)]
mod race;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod troubles;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod web_servers;
#[cfg(test)]
mod why;
#[cfg(test)]
mod world;
