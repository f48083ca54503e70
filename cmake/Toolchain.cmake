# Compiler launcher, linker and the flags that every target of ours is built with.

find_program(PLAYHEAD_CCACHE ccache)
if(PLAYHEAD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PLAYHEAD_CCACHE}")
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
  -Wno-missing-field-initializers)
# g++ 12 reports maybe-uninitialized and restrict inside the standard library's own inlined code.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(playhead_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
