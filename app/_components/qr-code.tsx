'use client';
/** The link as a QR code for a phone's camera. Dark on white in both schemes, since many readers cannot read the inverse. */
import { useEffect, useState } from 'react';
import { useWords } from '../_hooks/use-words';
import styles from './share-panel.module.css';

interface Code {
  readonly text: string;
  readonly size: number;
  readonly path: string;
}

/** The encoder is loaded only here: the drop page does not need it. */
async function encodeQr(text: string): Promise<Code> {
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  let path = '';
  for (const [y, line] of data.entries())
    for (const [x, dark] of line.entries()) if (dark) path += `M${x} ${y}h1v1h-1z`;
  return { text, size, path };
}

export function QrCode({ text }: { readonly text: string }) {
  const { t } = useWords();
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let current = true;
    encodeQr(text).then(
      (made) => {
        if (current) setCode(made);
      },
      () => undefined, // offline before it was loaded: the link itself is there
    );
    return () => {
      current = false;
    };
  }, [text]);
  const ready = code?.text === text ? code : null;
  return (
    <div className={styles.qr} data-testid="qr">
      {ready ? (
        <svg
          viewBox={`0 0 ${ready.size} ${ready.size}`}
          role="img"
          aria-label={t('room.qr')}
          shapeRendering="crispEdges"
        >
          <path d={ready.path} fill="#000" />
        </svg>
      ) : null}
    </div>
  );
}
