# Writes OUT: `extern const std::vector<kit::EmbeddedFile> NAME`, each of FILES by its base name, in the order given.
# Called at build time by shopkeeper_embed().
set(text "#include \"services/kit/embedded.hpp\"\n\n#include <vector>\n\nextern const std::vector<kit::EmbeddedFile> ${NAME};\nconst std::vector<kit::EmbeddedFile> ${NAME} = {\n")
foreach(file ${FILES})
  get_filename_component(base ${file} NAME)
  file(READ ${file} content)
  # MSVC aside, compilers take literals of any length; the delimiter is one that no SQL, YAML or HTML holds.
  string(APPEND text "    {\"${base}\", R\"shopkeeper~~(${content})shopkeeper~~\"},\n")
endforeach()
string(APPEND text "};\n")
file(WRITE ${OUT} "${text}")
