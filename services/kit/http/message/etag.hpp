#pragma once
#include "services/kit/http/message/message.hpp"

#include <string>
#include <string_view>

namespace kit::http {

/// A strong entity tag of what a thing looks like just now, quotes included: equal content, equal tag.
std::string etag_of(std::string_view content);

/// For changes: Problem 412 when the request has an If-Match that `etag` is not in. Without one everything
/// matches; `etag` is empty where there is nothing yet. To be called where the thing cannot change any more:
/// in the transaction, its row locked.
void require_match(const Request& request, std::string_view etag);

/// For reads: whether the client has this version already (If-None-Match, compared weakly): answer 304.
bool has_already(const Request& request, std::string_view etag);

/// A 304 with the tag.
Response not_modified(std::string etag);

}  // namespace kit::http
