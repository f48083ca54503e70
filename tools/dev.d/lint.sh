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
