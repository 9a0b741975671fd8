# SPDX-License-Identifier: Apache-2.0
# Sourced. Looks into what a script said that ran in the guest (Tests/Loader): each command of the tool's with its words in front and its status behind. said: the file.
# What the Nth command of these words said, its status at the end.
block() { # N words
  awk -v n="$1" -v head="ostrog: $2" '$0 == head && !on { i++; if (i == n) { on = 1; next } } on { print } on && /^status: / { exit }' "$said"
}
ends() { # N words status
  [ "$(block "$1" "$2" | tail -1)" = "status: $3" ]
}
says() { # N words status text…: each text is a part of what was said
  ends "$1" "$2" "$3" || return 1
  local text all; all=$(block "$1" "$2"); shift 3
  for text in "$@"; do grep -qF -- "$text" <<< "$all" || return 1; done
}
