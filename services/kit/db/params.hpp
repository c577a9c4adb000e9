#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

// Types that libpqxx 6.4 does not support: std::string_view (parameters only) and std::optional (null when
// empty).
namespace pqxx {

template <>
struct string_traits<std::string_view> {
  static constexpr const char* name() noexcept { return "string_view"; }
  static constexpr bool has_null() noexcept { return false; }
  static bool is_null(std::string_view) { return false; }
  static std::string to_string(std::string_view text) { return std::string(text); }
};

/// libpqxx's generic traits for dereferenceable types do not work for std::optional, and only a full
/// specialization for each type takes precedence: add further types below.
template <class T>
struct optional_traits {
  static constexpr const char* name() noexcept { return "optional"; }
  static constexpr bool has_null() noexcept { return true; }
  static bool is_null(const std::optional<T>& value) { return !value || string_traits<T>::is_null(*value); }
  static std::optional<T> null() { return std::nullopt; }
  static void from_string(const char text[], std::optional<T>& into) {
    T value{};
    string_traits<T>::from_string(text, value);
    into = std::move(value);
  }
  static std::string to_string(const std::optional<T>& value) { return string_traits<T>::to_string(*value); }
};

template <>
struct string_traits<std::optional<std::string>> : optional_traits<std::string> {};
template <>
struct string_traits<std::optional<std::string_view>> : optional_traits<std::string_view> {};
template <>
struct string_traits<std::optional<bool>> : optional_traits<bool> {};
template <>
struct string_traits<std::optional<int>> : optional_traits<int> {};
template <>
struct string_traits<std::optional<std::int64_t>> : optional_traits<std::int64_t> {};
template <>
struct string_traits<std::optional<double>> : optional_traits<double> {};

template <>
struct string_traits<std::nullopt_t> {
  static constexpr const char* name() noexcept { return "nullopt"; }
  static constexpr bool has_null() noexcept { return true; }
  static bool is_null(std::nullopt_t) { return true; }
  static std::string to_string(std::nullopt_t) { return {}; }
};

}  // namespace pqxx
