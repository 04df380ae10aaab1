//! What the operating system knows of this process.

use std::fs;

/// Clock ticks in a second, in which Linux tells CPU times to every program, whatever its own clock does.
/// Source: proc_pid_stat(5) and, for the value, USER_HZ in the kernel's documentation of sysconf(3).
const TICKS_PER_SECOND: f64 = 100.0;

/// Memory of this process in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    /// In physical memory now.
    pub(super) resident: u64,
    /// The most that there ever was.
    pub(super) peak: u64,
}

/// `None` where the system does not tell as Linux does.
pub(super) fn memory() -> Option<Memory> {
    read_memory(&fs::read_to_string("/proc/self/status").ok()?)
}

/// CPU time of all threads, in the program and in the system, in seconds. `None` where the system does not tell.
pub(super) fn cpu_seconds() -> Option<f64> {
    read_cpu_seconds(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// How many files and sockets are open. `None` where the system does not tell.
pub(super) fn open_file_descriptors() -> Option<u64> {
    let listed = fs::read_dir("/proc/self/fd").ok()?.count();
    // The listing itself is one of them.
    u64::try_from(listed.saturating_sub(1)).ok()
}

/// How many may be open. `None` where there is no limit, or the system does not tell.
pub(super) fn file_descriptors_max() -> Option<u64> {
    read_file_descriptors_max(&fs::read_to_string("/proc/self/limits").ok()?)
}

/// Source: proc_pid_status(5).
fn read_memory(status: &str) -> Option<Memory> {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line
            .trim_start_matches(':')
            .trim()
            .strip_suffix("kB")?
            .trim()
            .parse()
            .ok()?;
        Some(kib * 1024)
    };
    Some(Memory {
        resident: bytes("VmRSS")?,
        peak: bytes("VmHWM")?,
    })
}

/// Source: proc_pid_stat(5): utime and stime are the fields 14 and 15. The second, the program's name, may hold anything.
fn read_cpu_seconds(stat: &str) -> Option<f64> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut ticks = behind_name.split_whitespace().skip(11);
    let user: f64 = ticks.next()?.parse().ok()?;
    let system: f64 = ticks.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

/// Source: proc_pid_limits(5). The soft limit is the one that is kept.
fn read_file_descriptors_max(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_linux_writes_it() {
        let status = "Name:\tdroas\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t4\n";
        assert_eq!(
            read_memory(status),
            Some(Memory {
                resident: 1 << 20,
                peak: 2 << 20,
            })
        );
        assert_eq!(read_memory("Name:\tdroas\n"), None);
    }

    #[test]
    fn cpu_time_is_read_whatever_the_program_is_called() {
        let stat = "4711 (dro) as) S 1 4711 4711 0 -1 4194304 900 0 3 0 1250 250 0 0 20 0 9 0 8888 1 2";
        assert_eq!(read_cpu_seconds(stat), Some(15.0));
        assert_eq!(read_cpu_seconds("4711 droas"), None);
    }

    #[test]
    fn limit_of_open_files_is_the_soft_one() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max open files            1024                 524288               files\n";
        assert_eq!(read_file_descriptors_max(limits), Some(1024));
        let unlimited = "Max open files            unlimited            unlimited            files\n";
        assert_eq!(read_file_descriptors_max(unlimited), None);
    }
}
