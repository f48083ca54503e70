# shellcheck shell=bash
# How the code looks: clang-format, clang-tidy, and the house rules of tools/tidy.py.

CLANG=19

# C++ files of ours that git knows or would take.
cpp_files() { git ls-files --cached --others --exclude-standard '*.h' '*.cc' | while read -r file; do if [ -f "$file" ]; then echo "$file"; fi; done; }

#: fmt [--check] | format all C++ with clang-format; --check only says what would change
cmd_fmt() {
  need lint
  case ${1:-} in
    --check)
      cpp_files | xargs -r "clang-format-$CLANG" --dry-run --Werror || die "some files are not formatted" "./dev fmt"
      ;;
    "") cpp_files | xargs -r "clang-format-$CLANG" -i ;;
    *) die "fmt takes nothing or --check" ;;
  esac
}
