#pragma once
#include "services/contracts/internal/money.hpp"
#include "services/kit/id.hpp"
#include "services/kit/messaging/consumer.hpp"

#include <optional>
#include <string>
#include <vector>

// Data of events. A type names its fields once, in `T::fields(payload, visit)`, which calls visit(name,
// member) for each of them; the reader and the writer follow it. Empty optional members and lists are left
// out.
namespace contracts {

template <class T>
concept Payload = requires(T& payload) {
  T::fields(payload, [](const char*, auto&) {});
};

/// Null counts as missing; unknown fields are ignored. Throws kit::messaging::Unreadable for a missing or
/// malformed field.
template <Payload T>
T read(const nlohmann::json& data);

template <Payload T>
nlohmann::json to_json(const T& payload);

namespace detail {

using kit::messaging::Unreadable;
using nlohmann::json;

template <class T>
void read_member(T& member, const json& value) {
  if constexpr (Payload<T>)
    member = read<T>(value);
  else
    value.get_to(member);
}
template <class Tag>
void read_member(kit::Id<Tag>& member, const json& value) {
  if (value.is_number_integer()) member.value = value.get<std::int64_t>();
  if (member.value <= 0) throw Unreadable("no id: " + value.dump());
}
template <class T>
void read_member(std::optional<T>& member, const json& value) {
  read_member(member.emplace(), value);
}
inline void read_member(std::optional<kit::Money>& member, const json& value) {
  member = read_money(value);
  if (!member) throw Unreadable("no money: " + value.dump());
}
template <class T>
void read_member(std::vector<T>& member, const json& value) {
  if (!value.is_array()) throw Unreadable("no list: " + value.dump());
  for (const auto& element : value) read_member(member.emplace_back(), element);
}

template <class T>
constexpr bool REQUIRED = true;
template <class T>
constexpr bool REQUIRED<std::optional<T>> = false;
template <class T>
constexpr bool REQUIRED<std::vector<T>> = false;

template <class T>
void write_member(json& out, const T& member) {
  if constexpr (requires { to_json(member); })
    out = to_json(member);
  else
    out = member;
}
template <class Tag>
void write_member(json& out, const kit::Id<Tag>& member) {
  out = member.value;
}
template <class T>
void write_member(json& out, const std::optional<T>& member) {
  if (member) write_member(out, *member);
}
template <class T>
void write_member(json& out, const std::vector<T>& member) {
  for (const auto& element : member) write_member(out.emplace_back(), element);
}

}  // namespace detail

template <Payload T>
T read(const nlohmann::json& data) {
  if (!data.is_object()) throw detail::Unreadable("the data is no object");
  T out;
  T::fields(out, [&]<class Member>(const char* name, Member& member) {
    const auto found = data.find(name);
    try {
      if (found != data.end() && !found->is_null())
        detail::read_member(member, *found);
      else if (detail::REQUIRED<Member>)
        throw detail::Unreadable("missing");
    } catch (const std::exception& e) {
      throw detail::Unreadable(std::string(name) + ": " + e.what());
    }
  });
  return out;
}

template <Payload T>
nlohmann::json to_json(const T& payload) {
  auto out = nlohmann::json::object();
  T::fields(payload, [&](const char* name, const auto& member) {
    nlohmann::json value;
    detail::write_member(value, member);
    if (!value.is_null()) out[name] = std::move(value);
  });
  return out;
}

}  // namespace contracts
