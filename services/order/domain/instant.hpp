#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace order {

/// A time in RFC 3339 ("2026-01-31T12:00:00.5+01:00") as "2026-01-31T11:00:00.500Z"; nothing for what is
/// none. Before 1970 it is 1970, after 2200 it is 2200: there are no orders.
std::optional<std::string> read_instant(std::string_view text);

}  // namespace order
