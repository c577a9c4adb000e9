#pragma once
#include "services/kit/http/message/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kit::http {

/// The page of a list: `?limit=` (1 to 200, default 50) and `?cursor=` (where the page before ended).
struct PageQuery {
  int limit;
  std::optional<std::int64_t> after;  ///< the id that the cursor holds

  /// Throws Problem 400 that names "?limit" or "?cursor".
  static PageQuery of(const Request& request);
};

/// `?limit=` alone, for lists with cursors of their own.
int page_limit(const Request& request);

/// A 400 that names a query parameter ("?limit") and what is wrong with it.
Problem bad_query(const std::string& field, const std::string& reason);

/// An id as an opaque cursor (base64url); decode_cursor returns nullopt for anything that encode_cursor did
/// not return.
std::string encode_cursor(std::int64_t last);
std::optional<std::int64_t> decode_cursor(std::string_view text);

/// Links the next page (RFC 8288, rel="next"). `filters` are repeated in the link and must need no escaping.
void link_next(Response& response, const Request& request, const PageQuery& page, std::int64_t last,
               const std::vector<std::pair<std::string, std::string>>& filters = {});

}  // namespace kit::http
