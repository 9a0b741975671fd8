// SPDX-License-Identifier: Apache-2.0
// Dates without Foundation.

/// A Unix time as `2026-05-17T09:30:00Z`. Negative times and years past 9999 are clamped to what four digits hold.
public func dateText(_ seconds: Int64) -> String {
  let seconds = min(max(seconds, 0), 253_402_300_799)
  let days = seconds / 86_400
  let rest = seconds % 86_400
  // Days since 0000-03-01, in eras of 400 years; the civil calendar repeats after each.
  let shifted = days + 719_468
  let era = shifted / 146_097
  let dayOfEra = shifted % 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let month = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * month + 2) / 5 + 1
  let calendarMonth = month < 10 ? month + 3 : month - 9
  let year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
  func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let digits = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
  return
    "\(digits)-\(two(calendarMonth))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
}
