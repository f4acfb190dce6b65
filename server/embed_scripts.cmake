# Writes OUT: the dialog scripts FILES as C++ raw strings.
set(code "#include \"server/builtin_scripts.hpp\"\n\nnamespace advisor::server {\n\nstd::span<const BuiltinScript> builtin_scripts() {\n    static constexpr BuiltinScript scripts[] = {\n")
foreach(file IN LISTS FILES)
    file(READ "${file}" text)
    get_filename_component(name "${file}" NAME)
    string(APPEND code "        {\"${name}\", R\"advisor(${text})advisor\"},\n")
endforeach()
string(APPEND code "    };\n    return scripts;\n}\n\n}  // namespace advisor::server\n")
file(WRITE "${OUT}" "${code}")
