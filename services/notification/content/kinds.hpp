#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace notification {

/// A part of a mail. It is left out when its text names a value that the event does not have.
struct Block {
  enum class Form {
    Paragraph,
    Items,  ///< the order's lines, with the total where there is one
    Link,   ///< to `path` below the shop's public URL, labelled `text`; without such a URL the text
            ///< `otherwise`
  };
  Form form = Form::Paragraph;
  std::string_view text = {};
  std::string_view path = {};
  std::string_view otherwise = {};
};

/// The mail for a type of event.
struct Kind {
  /// Where the event names the recipient: in `user` of a contracts::OrderEvent, or a contracts::UserEvent in
  /// itself.
  enum class Recipient { User, Self };

  std::string_view type;
  Recipient recipient;
  std::vector<std::string_view> required;  ///< values that the event must have; "lines": order lines
  std::string_view subject;
  std::vector<Block> blocks;
};

/// All of them.
std::span<const Kind> kinds();
/// Returns null for a type without a mail.
const Kind* find_kind(std::string_view type);

}  // namespace notification
