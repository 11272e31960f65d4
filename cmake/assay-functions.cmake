# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0

include("${CMAKE_CURRENT_LIST_DIR}/assay-backends.cmake")

# Flags with what a generator expression would take for its own written so that it does not.
function(assay_literal_flags result flags)
  string(STRIP "${flags}" flags)
  string(REPLACE ";" " " flags "${flags}")
  string(REPLACE ">" "$<ANGLE-R>" flags "${flags}")
  string(REPLACE "," "$<COMMA>" flags "${flags}")
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

#[[
assay_record_flags(<target>)

Puts the flags that the target's sources are compiled with into the records of their problems, so that times from other
flags are not taken for comparable: those of CMAKE_<LANG>_FLAGS, of the configuration, of the target's compile options
and, on a GPU, the architectures. assay_add_benchmark() does it for its own; without it records have what macros tell.
]]
function(assay_record_flags name)
  get_property(multiple GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  set(configurations "${CMAKE_BUILD_TYPE}")
  if(multiple)
    set(configurations "${CMAKE_CONFIGURATION_TYPES}")
  endif()
  foreach(language IN ITEMS CXX CUDA HIP)
    assay_literal_flags(flags "${CMAKE_${language}_FLAGS}")
    foreach(configuration IN LISTS configurations)
      string(TOUPPER "${configuration}" upper)
      assay_literal_flags(more "${CMAKE_${language}_FLAGS_${upper}}")
      string(APPEND flags "$<SEMICOLON>$<$<CONFIG:${configuration}>:${more}>")
    endforeach()
    string(APPEND flags "$<SEMICOLON>$<TARGET_PROPERTY:${name},COMPILE_OPTIONS>")
    if(NOT language STREQUAL CXX)
      string(APPEND flags "$<SEMICOLON>architectures=$<JOIN:$<TARGET_PROPERTY:${name},${language}_ARCHITECTURES>,+>")
    endif()
    set(flags "$<JOIN:$<FILTER:${flags},EXCLUDE,^$>, >")
    # A raw string, since flags may hold quotes.
    target_compile_definitions(${name} PRIVATE
      "$<$<AND:$<COMPILE_LANGUAGE:${language}>,$<NOT:$<STREQUAL:${flags},>>>:ASSAY_COMPILE_FLAGS=R\"flags(${flags})flags\">")
  endforeach()
endfunction()

#[[
assay_add_benchmark(<name> <source>... [NO_TEST] [LABELS <label>...] [TEST_ARGS <argument>...])

Adds an executable of the problems in <source>..., with assay's main(). The sources choose the backends: .cu needs
the component cuda, .hip (or a source with the property LANGUAGE HIP) the component hip, .cpp none.

Unless NO_TEST is given, it also adds a CTest test of the same name, which runs it with --quiet and the arguments of
TEST_ARGS. The test has the label gpu or cpu (and those of LABELS), asks CTest for one `gpus` resource where it needs
a GPU, runs alone where it is timed on the CPU, and is shown as skipped on a machine without a device.
]]
function(assay_add_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_TEST" "" "LABELS;TEST_ARGS")
  set(sources "${arg_UNPARSED_ARGUMENTS}")
  if(NOT sources)
    message(FATAL_ERROR "assay_add_benchmark(${name}): no sources; name the files that hold its problems")
  endif()

  set(languages "")
  foreach(source IN LISTS sources)
    get_source_file_property(generated "${source}" GENERATED)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE file)
    if(NOT generated AND NOT EXISTS "${file}")
      message(FATAL_ERROR "assay_add_benchmark(${name}): the source ${source} does not exist (looked for ${file})")
    endif()
    get_source_file_property(language "${source}" LANGUAGE)
    if(NOT language MATCHES "^(CXX|CUDA|HIP)$")
      cmake_path(GET source EXTENSION LAST_ONLY extension)
      if(extension STREQUAL ".cu")
        set(language CUDA)
      elseif(extension STREQUAL ".hip")
        set(language HIP)
      elseif(extension MATCHES "^\\.(cpp|cc|cxx|C)$")
        set(language CXX)
      elseif(extension MATCHES "^\\.(h|hpp|hh|hxx|cuh|inl)$")
        continue()
      else()
        message(FATAL_ERROR "assay_add_benchmark(${name}): what ${source} is cannot be told from its extension; "
          "use .cu, .hip or .cpp, or set the source's property LANGUAGE")
      endif()
    endif()
    list(APPEND languages ${language})
  endforeach()
  if(NOT languages)
    message(FATAL_ERROR "assay_add_benchmark(${name}): only headers were given, and nothing to compile")
  endif()

  set(backends "")
  foreach(language IN ITEMS CUDA HIP)
    string(TOLOWER ${language} backend)
    if(language IN_LIST languages)
      if(NOT TARGET assay::${backend})
        message(FATAL_ERROR "assay_add_benchmark(${name}): a ${language} source needs the component ${backend}: "
          "find_package(assay CONFIG REQUIRED COMPONENTS ${backend}), or -DASSAY_${language}=ON where assay is "
          "part of this build")
      endif()
      list(APPEND backends ${backend})
    endif()
  endforeach()

  assay_create_main()
  add_executable(${name} ${sources})
  assay_record_flags(${name})
  target_link_libraries(${name} PRIVATE assay::main)
  foreach(backend IN LISTS backends)
    target_link_libraries(${name} PRIVATE assay::${backend})
  endforeach()

  if(NOT arg_NO_TEST)
    add_test(NAME ${name} COMMAND ${name} --quiet ${arg_TEST_ARGS})
    if(backends)
      set_tests_properties(${name} PROPERTIES LABELS "gpu;${arg_LABELS}" RESOURCE_GROUPS 1,gpus:1)
    else()
      set_tests_properties(${name} PROPERTIES LABELS "cpu;${arg_LABELS}" RUN_SERIAL TRUE)
    endif()
    set_tests_properties(${name} PROPERTIES
      SKIP_REGULAR_EXPRESSION "assay: no (CUDA|HIP) device.*assay: nothing was measured"
      TIMEOUT 600)
  endif()
endfunction()
