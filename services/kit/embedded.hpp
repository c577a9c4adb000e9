#pragma once
#include <string_view>

namespace kit {

/// A file of the source tree compiled into the program (migrations, OpenAPI documents, CRD). See
/// shopkeeper_embed().
struct EmbeddedFile {
  std::string_view name;  ///< base name, "001_products.sql"
  std::string_view text;
};

}  // namespace kit
