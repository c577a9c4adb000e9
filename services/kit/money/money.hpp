#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace kit {

/// An ISO 4217 code with the number of its decimals ("USD" has 2, "JPY" 0, "KWD" 3).
class Currency {
 public:
  /// Returns nullopt for an unknown code.
  static std::optional<Currency> parse(std::string_view code);
  std::string_view code() const { return {code_.data(), code_.size()}; }
  int decimals() const { return decimals_; }
  bool operator==(const Currency&) const = default;

 private:
  Currency(std::string_view code, int decimals);
  std::array<char, 3> code_{};
  int decimals_ = 2;
};

/// An amount in minor units (cents) of one currency. Sums of different currencies, and overflow, throw
/// std::logic_error and std::overflow_error.
class Money {
 public:
  Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}

  /// Reads a JSON number such as 999.99 exactly; returns nullopt for more decimals than the currency has and
  /// for amounts beyond 10^15 minor units.
  static std::optional<Money> parse(const nlohmann::json& number, Currency currency);
  /// The same from text, "999.99".
  static std::optional<Money> parse(std::string_view decimal, Currency currency);

  std::int64_t minor() const { return minor_; }
  Currency currency() const { return currency_; }
  Money operator+(const Money& other) const;
  Money operator-(const Money& other) const;
  Money operator*(std::int64_t quantity) const;
  bool operator==(const Money&) const = default;

  std::string decimal() const;    ///< "999.99"
  nlohmann::json number() const;  ///< 999.99: prints with at most the currency's decimals

 private:
  std::int64_t minor_;
  Currency currency_;
};

}  // namespace kit
