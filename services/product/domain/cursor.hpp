#pragma once
#include "services/kit/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace product {

/// Where a page of the list by id ended, as clients carry it: opaque to them (base64url), so that what is in
/// it may change.
std::string encode_cursor(kit::ProductId last);
/// Nothing for anything that encode_cursor did not make.
std::optional<kit::ProductId> decode_cursor(std::string_view text);

}  // namespace product
