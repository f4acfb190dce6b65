# Writes OUT: the dialog scripts FILES as C++ raw strings. They are arrays with their size: the length of a literal is
# counted in a loop, and a compiler bounds the loops of a constant.
set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
    file(READ "${file}" text)
    get_filename_component(name "${file}" NAME)
    string(APPEND arrays "constexpr char text_${number}[] = R\"advisor(${text})advisor\";\n")
    string(APPEND entries "        {\"${name}\", {text_${number}, sizeof(text_${number}) - 1}},\n")
    math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}" "#include \"server/builtin_scripts.hpp\"\n\nnamespace advisor::server {\nnamespace {\n\n${arrays}\n}  // namespace\n\nstd::span<const BuiltinScript> builtin_scripts() {\n    static constexpr BuiltinScript scripts[] = {\n${entries}    };\n    return scripts;\n}\n\n}  // namespace advisor::server\n")
