# shellcheck shell=bash
# How the code looks: clang-format, clang-tidy, and the house rules of tools/tidy.py.

CLANG=19

# C++ files of ours that git knows or would take.
cpp_files() {
  local file
  git ls-files --cached --others --exclude-standard '*.h' '*.cc' | while read -r file; do
    if [ -f "$file" ]; then echo "$file"; fi
  done
}

#: fmt [--check] | format all C++ with clang-format; --check only says what would change
cmd_fmt() {
  case ${1:-} in "" | --check) ;; *) die "fmt takes nothing or --check" ;; esac
  need lint
  if [ -z "${1:-}" ]; then
    cpp_files | xargs -r "clang-format-$CLANG" -i
  else
    cpp_files | xargs -r "clang-format-$CLANG" --dry-run --Werror || die "some files are not formatted" "./dev fmt"
  fi
}

#: lint [--all] | format, shellcheck, house rules, clang-tidy on what changed since it was clean (--all: everything)
cmd_lint() {
  case ${1:-} in "" | --all) ;; *) die "lint takes nothing or --all" ;; esac
  need lint
  # What is generated must be there before clang-tidy can read what includes it.
  build_tests release
  cmd_fmt --check
  shellcheck -x dev tools/dev.d/*.sh tools/*.sh .ci/run || die "shellcheck found something"
  python3 tools/tidy.py || die "the house rules are broken"
  python3 tools/clang_tidy.py --jobs "$(jobs_for_memory)" "$@" build/release ||
    die "clang-tidy found something; .clang-tidy says what is checked" "mend it, then ./dev lint"
}
