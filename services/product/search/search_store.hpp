#pragma once
#include "services/kit/db/database.hpp"
#include "services/product/search/search.hpp"
#include "services/product/search/search_sql.hpp"

#include <vector>

namespace product {

/// Search over what is on sale. What a page costs is bounded whatever is asked for and however deep the page:
/// up to MAX_SCORED matches are gathered and sorted; where there are more, they are so dense that a walk
/// along the index of the sort order soon meets a page of them. Thread-safe. Throws kit::db::Unavailable.
class Search {
 public:
  explicit Search(kit::db::Database& database) : database_(database) {}

  SearchPage page(const SearchQuery& query, kit::Deadline deadline) const;
  /// For the text as `page` returned it.
  Facets facets(const SearchQuery& query, kit::Currency currency, kit::Deadline deadline) const;

 private:
  kit::db::Database& database_;
};

}  // namespace product
