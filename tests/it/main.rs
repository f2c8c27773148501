//! The one integration binary: commands work over time, on a real file, over real HTTP.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod amounts;
#[cfg(test)]
mod any_server;
#[cfg(test)]
mod approval_race;
#[cfg(test)]
mod approve;
#[cfg(test)]
mod at_the_door;
#[cfg(test)]
mod attach;
#[cfg(test)]
mod attention_reports;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod books;
#[cfg(test)]
mod case;
#[cfg(test)]
mod cgi;
#[cfg(test)]
mod cleanup;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod clock_ahead;
#[cfg(test)]
#[cfg(unix)]
mod colours;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod due_queries;
#[cfg(test)]
mod effect_exits;
#[cfg(test)]
mod effect_renderings;
#[cfg(test)]
mod effects;
#[cfg(test)]
mod entry_effects;
#[cfg(test)]
#[cfg(unix)]
mod examples;
#[cfg(test)]
mod external_programs;
#[cfg(test)]
mod failing_gateways;
#[cfg(test)]
mod false_expiries;
#[cfg(test)]
mod file_modes;
#[cfg(test)]
#[cfg(unix)]
mod file_permissions;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod first_minutes;
#[cfg(test)]
mod forgetful_accounts;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod heartbeats;
#[cfg(test)]
mod hook_outputs;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod house;
#[cfg(test)]
mod http_effects;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod incidents;
#[cfg(test)]
mod incoming;
#[cfg(test)]
mod init;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod inputs;
#[cfg(test)]
mod links;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod log_file;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod machine_limits;
#[cfg(test)]
mod machine_output;
#[cfg(test)]
mod mail_effects;
#[cfg(test)]
mod manual_payments;
#[cfg(test)]
mod manuals;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod migration_copy;
#[cfg(test)]
mod missing_configuration;
#[cfg(test)]
mod mistyped;
#[cfg(test)]
mod narrow_terminals;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod old_files;
#[cfg(test)]
mod old_refunds;
#[cfg(test)]
mod openings;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod order_notes;
#[cfg(test)]
mod output_formats;
#[cfg(test)]
mod overselling;
#[cfg(test)]
mod own_manual;
#[cfg(test)]
mod pakasir_read_limit;
#[cfg(test)]
mod pakasir_v2;
#[cfg(test)]
mod pay;
#[cfg(test)]
mod pay_wait;
#[cfg(test)]
mod payable_approvals;
#[cfg(test)]
mod personal_data;
#[cfg(test)]
mod picture_files;
#[cfg(test)]
#[cfg(unix)]
mod postgresql;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod processes;
#[cfg(test)]
mod program;
#[cfg(test)]
#[cfg(unix)]
mod progress;
#[cfg(test)]
mod purchased_terms;
#[cfg(test)]
mod qr;
#[cfg(test)]
mod qr_scanner;
#[cfg(test)]
#[cfg(unix)]
mod questions;
#[cfg(test)]
mod records;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod references;
#[cfg(test)]
mod refund;
#[cfg(test)]
mod refused_places;
#[cfg(test)]
mod repeated_create;
#[cfg(test)]
mod report;
#[cfg(test)]
mod resent_effects;
#[cfg(test)]
mod restores;
#[cfg(test)]
mod revived_orders;
#[cfg(test)]
#[cfg(unix)]
mod schedule;
#[cfg(test)]
mod schedule_files;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod shared_mails;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod simulator;
#[cfg(test)]
#[path = "../../src/outbox/delivery/mail/tests/sink.rs"]
mod sink;
#[cfg(test)]
mod slow_partners;
#[cfg(test)]
mod status;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod story;
#[cfg(test)]
mod strict_json;
#[cfg(test)]
mod switched_off;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod ticket_revocation;
#[cfg(test)]
mod transfers;
#[cfg(test)]
mod unproven_imports;
#[cfg(test)]
mod unsettled;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod watch;
#[cfg(test)]
#[cfg(unix)]
mod web_servers;
#[cfg(test)]
mod why;
#[cfg(test)]
mod world;
#[cfg(test)]
mod zones;
