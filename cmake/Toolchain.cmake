# Compiler launcher, linker and the flags that every target of ours is built with.

# Objects are the same wherever the checkout lies: sources are named relative to it (__FILE__, debug lines; a debugger
# started in the checkout finds them), and ccache is told its folder, so that a second clone hits what the first built.
set(PLAYHEAD_RELATIVE_NAMES "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
find_program(PLAYHEAD_CCACHE ccache)
if(PLAYHEAD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${PLAYHEAD_CCACHE}")
endif()

# mold links the test programs several times faster than ld; without it the default linker serves.
find_program(PLAYHEAD_MOLD mold)
if(PLAYHEAD_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(playhead_flags INTERFACE)
target_compile_options(playhead_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror
  # Designated initializers name what matters and leave the rest at its default, on purpose.
  -Wno-missing-field-initializers
  "${PLAYHEAD_RELATIVE_NAMES}")
# g++ 12 reports maybe-uninitialized and restrict inside the standard library's own inlined code.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(playhead_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
