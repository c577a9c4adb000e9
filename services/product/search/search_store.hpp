#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/search/search.hpp"
#include "services/product/search/search_sql.hpp"

#include <vector>

namespace product {

/// Search of products on sale. The cost of a page is bounded, however deep: up to MAX_SCORED matches are
/// gathered and sorted; more are dense enough that a scan of the sort order's index soon finds a page.
/// Thread-safe. Throws kit::db::Unavailable.
class SearchStore final {
 public:
  explicit SearchStore(kit::db::Database& database) : database_(database) {}

  SearchPage page(const SearchQuery& query, kit::Deadline deadline) const;
  /// `query` has the text that `page` returned.
  Facets facets(const SearchQuery& query, kit::Currency currency, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
