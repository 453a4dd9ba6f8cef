/** Any other address. Own page, because the framework's brings inline styles, which the content security policy forbids. */
import { Message } from './_components/message';

export default function NotFound() {
  return (
    <Message
      title="There is nothing at this address"
      text="Perhaps a letter got lost. A share’s link looks like …/r#… and is long; open it whole."
    >
      <a className="button primary" href="/">
        Share files of your own
      </a>
    </Message>
  );
}
