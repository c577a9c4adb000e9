#include "services/kit/money/money.hpp"

#include <algorithm>
#include <stdexcept>

namespace kit {
namespace {

// ISO 4217 minor units; the currencies that a shop is likely to ask for.
constexpr std::string_view TWO =
    "AED AUD BGN BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR MXN MYR NOK NZD PHP PLN RON SAR SEK SGD "
    "THB TRY TWD UAH USD ZAR";
constexpr std::string_view NONE = "CLP ISK JPY KRW VND";
constexpr std::string_view THREE = "BHD JOD KWD OMR TND";

constexpr std::int64_t LIMIT = 1'000'000'000'000'000;  // 10^15: still exact as a JSON number (2^53)

bool listed(std::string_view list, std::string_view code) {
  for (std::size_t at = 0; at + 3 <= list.size(); at += 4) {
    if (list.substr(at, 3) == code) return true;
  }
  return false;
}

std::int64_t pow10(int n) {
  std::int64_t out = 1;
  while (n-- > 0) out *= 10;
  return out;
}

void same(const Currency& a, const Currency& b) {
  if (!(a == b)) throw std::logic_error("money of different currencies does not add up");
}

}  // namespace

Currency::Currency(std::string_view code, int decimals) : decimals_(decimals) {
  std::copy_n(code.begin(), code_.size(), code_.begin());
}

std::optional<Currency> Currency::parse(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  if (listed(TWO, code)) return Currency(code, 2);
  if (listed(NONE, code)) return Currency(code, 0);
  if (listed(THREE, code)) return Currency(code, 3);
  return std::nullopt;
}

std::optional<Money> Money::parse(std::string_view text, Currency currency) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || whole.size() > 15) return std::nullopt;
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  if (fraction.size() > static_cast<std::size_t>(currency.decimals())) return std::nullopt;

  std::int64_t minor = 0;
  for (const auto part : {whole, fraction}) {
    for (const char c : part) {
      if (c < '0' || c > '9') return std::nullopt;
      minor = minor * 10 + (c - '0');
      if (minor > LIMIT) return std::nullopt;
    }
  }
  const auto missing = pow10(currency.decimals() - static_cast<int>(fraction.size()));
  if (minor > LIMIT / missing) return std::nullopt;
  minor *= missing;
  return Money(negative ? -minor : minor, currency);
}

std::optional<Money> Money::parse(const nlohmann::json& number, Currency currency) {
  if (!number.is_number()) return std::nullopt;
  // The shortest text that reads back as the same double is what the client wrote, for up to 15 digits.
  std::string text = number.dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return parse(std::string_view(text), currency);
}

Money Money::operator+(const Money& other) const {
  same(currency_, other.currency_);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(minor_, other.minor_, &sum)) throw std::overflow_error("money");
  return {sum, currency_};
}

Money Money::operator-(const Money& other) const {
  same(currency_, other.currency_);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(minor_, other.minor_, &difference)) throw std::overflow_error("money");
  return {difference, currency_};
}

Money Money::operator*(std::int64_t quantity) const {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(minor_, quantity, &product)) throw std::overflow_error("money");
  return {product, currency_};
}

std::string Money::decimal() const {
  const auto unit = static_cast<std::uint64_t>(pow10(currency_.decimals()));
  const auto amount =
      minor_ < 0 ? 0 - static_cast<std::uint64_t>(minor_) : static_cast<std::uint64_t>(minor_);
  std::string out = (minor_ < 0 ? "-" : "") + std::to_string(amount / unit);
  if (currency_.decimals() > 0) {
    const auto fraction = std::to_string(amount % unit);
    out +=
        '.' + std::string(static_cast<std::size_t>(currency_.decimals()) - fraction.size(), '0') + fraction;
  }
  return out;
}

nlohmann::json Money::number() const {
  if (currency_.decimals() == 0) return minor_;
  // Only to be printed: the nearest double prints as the same decimal below 10^15 minor units.
  return static_cast<double>(minor_) / static_cast<double>(pow10(currency_.decimals()));
}

}  // namespace kit
