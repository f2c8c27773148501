//! Starts a program together with everything that it will start: all of it is ended at a timeout, and whoever finds the
//! claim of a killed run learns whether any of it is still running.
//!
//! On Unix they are a process group, which holds the lock of the attempt for as long as it lives. On Windows no child
//! inherits a lock; there they are a job object, which the system ends together with the run that made it.

use std::fs::File;
use std::io::{self, Write as _};

use tokio::process::{Child, Command};

use super::DeliveryRequest;

#[cfg(unix)]
pub(super) use self::unix::start;
#[cfg(windows)]
pub(super) use self::windows::start;

/// What the system knows them by.
#[cfg(unix)]
type GroupId = rustix::process::Pid;
#[cfg(windows)]
type GroupId = win32job::Job;

/// A child and everything it has started. Dropping it ends them. On Windows so does the end of this process, however it
/// comes; there is none if the system refused the job object, and then only the child itself can be ended.
pub(super) struct ProcessGroup(Option<GroupId>);

/// If writing fails, only the lock shows that the attempt is running.
fn note(mut liveness: &File, text: &str) {
    let _unwritten = liveness.write_all(text.as_bytes());
}

#[cfg(unix)]
mod unix {
    use rustix::io::{FdFlags, fcntl_setfd};
    use rustix::process::{Pid, Signal, kill_process_group};

    use super::{Child, Command, DeliveryRequest, ProcessGroup, io, note};

    /// Starts the program with the locked file inherited: the lock is held as long as the program or anything it has
    /// started lives.
    pub(in super::super) fn start(
        mut command: Command,
        request: &DeliveryRequest,
    ) -> io::Result<(Child, ProcessGroup)> {
        let Some(liveness) = request.liveness.as_deref() else {
            let child = command.spawn()?;
            let group = ProcessGroup::of(&child);
            return Ok((child, group));
        };
        // If this worker is killed before it knows the process id, the process can be found by its key.
        note(liveness, &format!("{}\n", request.key));
        // A worker starts its programs one after the other, so no other program inherits the file meanwhile.
        fcntl_setfd(liveness, FdFlags::empty())?;
        let child = command.spawn();
        fcntl_setfd(liveness, FdFlags::CLOEXEC)?;
        let child = child?;
        if let Some(id) = child.id() {
            note(liveness, &named(id));
        }
        let group = ProcessGroup::of(&child);
        Ok((child, group))
    }

    /// A program may close the files it inherits, as sudo does. So the file also records its process group and when that
    /// began, as the system reports them.
    fn named(id: u32) -> String {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let boot = read("/proc/sys/kernel/random/boot_id");
        let stat = read(&format!("/proc/{id}/stat"));
        format!("{id}\n{}\n{stat}", boot.trim())
    }

    impl ProcessGroup {
        fn of(child: &Child) -> Self {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Self(id.and_then(Pid::from_raw))
        }

        /// The program has ended by itself; processes it left behind are not our concern, and its process id may be
        /// reused by now.
        pub(in super::super) fn leave(mut self) {
            self.0 = None;
        }
    }

    impl Drop for ProcessGroup {
        fn drop(&mut self) {
            if let Some(group) = self.0 {
                let _gone = kill_process_group(group, Signal::KILL);
            }
        }
    }
}

#[cfg(windows)]
mod windows {
    use win32job::{ExtendedLimitInfo, Job};

    use super::{Child, Command, DeliveryRequest, ProcessGroup, io, note};

    /// Starts the program. Between its start and its way into the job object it would outlive this process: whoever finds
    /// only the key in the file waits for the end of the lease.
    pub(in super::super) fn start(
        mut command: Command,
        request: &DeliveryRequest,
    ) -> io::Result<(Child, ProcessGroup)> {
        let liveness = request.liveness.as_deref();
        if let Some(liveness) = liveness {
            note(liveness, &format!("{}\n", request.key));
        }
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&limits).ok();
        let child = command.spawn()?;
        let job = job.filter(|job| {
            let handle = child.raw_handle();
            handle.is_some_and(|handle| job.assign_process(handle as isize).is_ok())
        });
        if let Some(liveness) = liveness
            && job.is_some()
        {
            note(liveness, "ends with its run\n");
        }
        Ok((child, ProcessGroup(job)))
    }

    impl ProcessGroup {
        /// The program has ended by itself; processes it left behind are not our concern.
        pub(in super::super) fn leave(self) {
            if let Some(job) = self.0 {
                let _ended_with_the_job = job.set_extended_limit_info(&ExtendedLimitInfo::new());
            }
        }
    }
}
