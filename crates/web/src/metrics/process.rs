//! What the operating system knows of this process.

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
    read(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Source: proc_pid_status(5).
fn read(status: &str) -> Option<Memory> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_linux_writes_it() {
        let status = "Name:\tdroas\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t4\n";
        assert_eq!(
            read(status),
            Some(Memory {
                resident: 1 << 20,
                peak: 2 << 20,
            })
        );
        assert_eq!(read("Name:\tdroas\n"), None);
    }
}
