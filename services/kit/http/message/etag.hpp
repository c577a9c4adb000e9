#pragma once
#include "services/kit/http/message/message.hpp"

#include <string>
#include <string_view>

namespace kit::http {

/// The strong entity tag of a representation, quotes included: equal content, equal tag.
std::string etag_of(std::string_view content);

/// For changes: Problem 412 when the request has an If-Match without `etag`. Without the header everything
/// matches; `etag` is empty when the resource does not exist. To be called in the transaction with the row
/// locked.
void require_match(const Request& request, std::string_view etag);

/// For reads: whether the client has this version (If-None-Match, compared weakly), so that the response is a
/// 304.
bool has_already(const Request& request, std::string_view etag);

/// A 304 with the tag.
Response not_modified(std::string etag);

}  // namespace kit::http
