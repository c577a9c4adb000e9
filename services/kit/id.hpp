#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace kit {

/// A database identity of one kind of thing: ids of users and of products do not mix. Valid ids are positive.
template <class Tag>
struct Id {
  std::int64_t value = 0;
  auto operator<=>(const Id&) const = default;
};

}  // namespace kit

template <class Tag>
struct std::hash<kit::Id<Tag>> {
  std::size_t operator()(kit::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
