#pragma once
#include "services/kit/json/reader.hpp"
#include "services/order/domain/placement.hpp"

#include <string>

namespace order::api {

/// Calls `read(line, path)` for each object of the request's array `lines`; what it finds wrong goes to
/// `reader`.
template <class Read>
void read_request_lines(kit::json::Reader& reader, Read&& read) {
  const auto* lines = reader.array("lines", 1, MAX_LINES);
  for (std::size_t i = 0; lines && i < lines->size(); ++i) {
    const auto path = "lines[" + std::to_string(i) + "]";
    if (!(*lines)[i].is_object()) {
      reader.error(path, "must be an object");
      continue;
    }
    kit::json::Reader line((*lines)[i], path);
    read(line, path);
    line.check_unknown();
    reader.merge(line);
  }
}

}  // namespace order::api
