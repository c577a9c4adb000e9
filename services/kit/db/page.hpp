#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include <pqxx/pqxx>

namespace kit::db {

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::int64_t>
      next;  ///< id of the last item: the next page begins after it; nullopt on the last page
};

/// A page of at most `limit` items from rows with a column `id`, queried with `limit + 1`: the extra row
/// means that there is a next page.
template <class Read>
auto read_page(const pqxx::result& rows, int limit, Read&& read) {
  Page<decltype(read(rows[0]))> page;
  for (const auto& row : rows) {
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.next = rows[limit - 1]["id"].template as<std::int64_t>();
      break;
    }
    page.items.push_back(read(row));
  }
  return page;
}

}  // namespace kit::db
