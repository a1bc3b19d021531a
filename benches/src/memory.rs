//! The memory of this process, where the system tells it.

/// The high-water mark of resident memory.
pub(crate) fn peak_bytes() -> Option<u64> {
    entry("VmHWM:")
}

/// Resident memory now.
#[allow(dead_code, reason = "each binary uses what it prints")]
pub(crate) fn resident_bytes() -> Option<u64> {
    entry("VmRSS:")
}

/// Lets the high-water mark start again from the memory in use now.
#[allow(dead_code, reason = "each binary uses what it prints")]
pub(crate) fn forget_peak() {
    // Where the system refuses, the peak stays that of the whole process.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn entry(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
