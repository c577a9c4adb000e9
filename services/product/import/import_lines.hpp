#pragma once
#include "services/product/import/import_store.hpp"

#include <functional>

namespace product {

/// Reads the file's products one after the other, in bounded memory; what is wrong goes to `errors`.
void read_lines(const Import& import, LineErrors& errors, const std::function<void(ImportLine)>& take);

/// What the file is, for an Idempotency-Key: equal files, equal texts.
std::string digest_of(const kit::http::BodyFile& file);

}  // namespace product
