//! systemd: a service and a timer for each job.

use std::fmt::Write as _;

use super::paths::folder_of;
use super::plan::{Plan, PlannedJob, StartTime};
use super::quoting::{systemd, systemd_line, systemd_program};
use crate::domain::Zone;

/// What the kernel can refuse to any process; holds for units of a user, too.
const SEALED: &str = "\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# Files beside the database get its group.
SystemCallFilter=@chown
SystemCallErrorNumber=EPERM
UMask=0077
";

/// What only the system's own manager can do: another view of the machine.
const WALLED: &str = "\
CapabilityBoundingSet=
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
";

const OF_A_USER: &str = "\
# A user's own manager cannot hide folders from a service; installed by root, the unit has that, too.
";

/// Why the unit that runs hooks is not sealed like the others.
const HOOKS: &str = "\
# This job runs the shop's own programs, which may do what their user may: use sudo or sendmail, write anywhere, start
# a server. So only what no such program needs is forbidden here; the other jobs are sealed.
KillMode=process
";

/// For the system's manager.
const HOOKS_WALLED: &str = "\
ProtectControlGroups=yes
ProtectSystem=yes
";

/// The units by their names, services before timers of the same job.
pub(super) fn units(plan: &Plan) -> Vec<(String, String)> {
    let jobs = plan.jobs.iter();
    let units = jobs.flat_map(|job| {
        let name = unit_name(&plan.shop, job.name);
        [
            (format!("{name}.service"), service(plan, job)),
            (format!("{name}.timer"), timer(plan, job)),
        ]
    });
    units.collect()
}

/// Without its suffix.
pub(super) fn unit_name(shop: &str, job: &str) -> String {
    format!("payctl-{shop}-{job}")
}

fn head(plan: &Plan, job: &PlannedJob) -> String {
    let config = systemd_line(&plan.wanted.config);
    format!(
        "# Written by: payctl schedule install. Taken away by: payctl schedule remove.\n# {}\n[Unit]\n\
        Description=payctl {} for {config}\n",
        job.purpose, job.name
    )
}

fn service(plan: &Plan, job: &PlannedJob) -> String {
    let wanted = &plan.wanted;
    let mut text = head(plan, job);
    if wanted.user.is_some() {
        text.push_str("Wants=network-online.target\nAfter=network-online.target\n");
    }
    let words: Vec<String> = job.arguments.iter().map(|word| systemd(word)).collect();
    // Writing to a text does not fail.
    let _ = write!(
        text,
        "\n[Service]\n# It is not started again while it runs.\nType=oneshot\nExecStart={} {}\nWorkingDirectory={}\n",
        systemd_program(&wanted.program),
        words.join(" "),
        systemd_line(wanted.folder()),
    );
    if let Some(user) = &wanted.user {
        let _ = writeln!(text, "User={}", systemd_line(user));
    }
    let _ = write!(
        text,
        "# Attention, partial and busy are no failures of the service.\nSuccessExitStatus=3 4 75\n\
        TimeoutStartSec={}\nSyslogIdentifier=payctl-{}\n\n{}",
        job.limit.as_secs(),
        job.name,
        hardening(plan, job)
    );
    text
}

fn hardening(plan: &Plan, job: &PlannedJob) -> String {
    let wanted = &plan.wanted;
    let is_system = wanted.user.is_some();
    if job.runs_programs {
        let walls = if is_system { HOOKS_WALLED } else { "" };
        return format!("{HOOKS}{walls}");
    }
    if !is_system {
        return format!("{OF_A_USER}{SEALED}");
    }
    let log = wanted.log.as_deref().map(folder_of);
    let backup = job
        .arguments
        .iter()
        .skip_while(|word| *word != "backup")
        .nth(1);
    let backup = backup.map(|file| folder_of(file));
    let folders = [
        Some(wanted.folder()),
        Some(&*wanted.database_folder),
        log,
        backup,
    ];
    let mut folders: Vec<String> = folders.into_iter().flatten().map(systemd_program).collect();
    folders.dedup();
    format!("{SEALED}{WALLED}ReadWritePaths={}\n", folders.join(" "))
}

fn timer(plan: &Plan, job: &PlannedJob) -> String {
    let when = match job.start {
        StartTime::EachMinute { second } => format!("OnCalendar=*-*-* *:*:{second:02}\n"),
        StartTime::EachDay { hour, minute } => {
            let zone = match plan.wanted.zone {
                Zone::Machine => String::new(),
                named @ Zone::Named(_) => format!(" {named}"),
            };
            format!(
                "OnCalendar=*-*-* {hour:02}:{minute:02}:00{zone}\n# Made up for after the machine was off.\nPersistent=true\n"
            )
        }
    };
    format!(
        "{}\n[Timer]\n{when}AccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n",
        head(plan, job)
    )
}
