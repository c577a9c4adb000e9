#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace notification {

/// A piece of a mail. One whose text names a value that the event does not have is left out.
struct Block {
  enum class Form {
    Paragraph,
    Items,  ///< the order's lines, with the total where there is one
    Link,  ///< to `path` below the shop's public URL; `text` is what it says. Without such a URL: `otherwise`
  };
  Form form = Form::Paragraph;
  std::string_view text = {};
  std::string_view path = {};
  std::string_view otherwise = {};
};

/// The mail for a type of event.
struct Kind {
  /// Where the event names the person: in data.user {"id","name","email"} or in the data itself {"user_id",
  /// "name","email"}.
  enum class Recipient { User, Self };

  std::string_view type;
  Recipient recipient;
  std::vector<std::string_view> required;  ///< values without which there is no mail to write; "lines"
  std::string_view subject;
  std::vector<Block> blocks;
};

/// Every mail that there is.
std::span<const Kind> kinds();
/// Null for a type that leads to no mail.
const Kind* find_kind(std::string_view type);

}  // namespace notification
