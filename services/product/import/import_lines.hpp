#pragma once
#include "services/product/import/import_store.hpp"

#include <functional>

namespace product {

/// Reads the products of the file one by one, in bounded memory; wrong lines go to `errors`.
void read_lines(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take);

/// SHA-256 of the file in hex.
std::string digest_of(const kit::http::BodyFile& file);

}  // namespace product
