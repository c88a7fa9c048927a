"""Writes FITS files with astropy that hold, between them, every feature the reader claims.

    python make_synthetic_fits.py FOLDER
"""

import gzip
import pathlib
import sys

import numpy as np
from astropy.io import fits

FOLDER = pathlib.Path(sys.argv[1])


def write(name, *hdus):
    fits.HDUList(list(hdus)).writeto(FOLDER / name, checksum=True)


def images():
    bits = {8: 'u1', 16: '>i2', 32: '>i4', 64: '>i8', -32: '>f4', -64: '>f8'}
    for bitpix, dtype in bits.items():
        if bitpix > 0:
            limits = np.iinfo(np.dtype(dtype))
            data = np.array([[limits.min, -1 if limits.min else 1, 0], [1, 2, limits.max]], dtype=dtype)
        else:
            limits = np.finfo(np.dtype(dtype))
            data = np.array([[np.nan, -np.inf, limits.tiny], [-0.0, np.pi, limits.max]], dtype=dtype)
        write(f'bitpix{bitpix}.fits', fits.PrimaryHDU(data), fits.ImageHDU(data[:, :1], name='PART'))
    for dtype in ('i1', 'u2', 'u4', 'u8'):
        limits = np.iinfo(np.dtype(dtype))
        data = np.array([limits.min, limits.min + 1, limits.max // 2, limits.max], dtype=dtype)
        write(f'unsigned-{dtype}.fits', fits.PrimaryHDU(data))
    cube = fits.ImageHDU(np.arange(2 * 3 * 4 * 5, dtype='>i2').reshape(2, 3, 4, 5), name='CUBE', ver=2)
    write('axes.fits', fits.PrimaryHDU(), cube, fits.ImageHDU(np.zeros((0, 3), dtype='>f4')), fits.ImageHDU())


def scaled_images():
    for dtype in ('u1', '>i2', '>i4', '>i8'):
        hdu = fits.ImageHDU(np.array([0, 1, 7, 100], dtype=dtype))
        hdu.header['BSCALE'] = 0.25
        hdu.header['BZERO'] = -3.5
        hdu.header['BLANK'] = 7
        blank = fits.ImageHDU(np.array([0, 1, 7, 100], dtype=dtype))
        blank.header['BLANK'] = 7
        primary = fits.PrimaryHDU()
        # Bytes are put together by hand, because astropy would take the scaling for a wish to scale.
        parts = [primary, hdu, blank]
        with open(FOLDER / f'scaled-{np.dtype(dtype).str[1:]}.fits', 'wb') as file:
            primary.header['EXTEND'] = True
            for part in parts:
                file.write(part.header.tostring().encode())
                if part.data is not None:
                    raw = np.array([0, 1, 7, 100], dtype=dtype).tobytes()
                    file.write(raw.ljust(2880, b'\0'))


def headers():
    header = fits.Header()
    header['INT'] = -42
    header['BIGINT'] = 2**63 - 1
    header['HUGEINT'] = 10**30
    header['FLOAT'] = (1.0, 'whole, but not an integer')
    header['SMALL'] = 4.9e-324
    header['LARGE'] = -1.7976931348623157e308
    header['PI'] = (3.141592653589793, '/ slashes / in a comment')
    header['YES'] = True
    header['NO'] = (False, 'a comment')
    header['CMPLX'] = (complex(1.5, -2e-10), 'complex')
    header['ICMPLX'] = complex(1, 2)
    header['UNDEF'] = (None, 'nothing')
    header['EMPTY'] = ''
    header['QUOTES'] = ("it's a ''quoted''word / not a comment", 'but this is')
    header['BLANKS'] = '  leading and trailing  '
    header['HYPHEN-A'] = 'x'
    header['UNDER_S'] = 'y'
    header['LONGSTR'] = ("a'b " * 60, 'the comment of a long string')
    header['LONGCOM'] = ('long ' * 15 + 'enough for CONTINUE', 'which leaves room for the comment')
    header['HIERARCH ESO TEL AIRM START'] = (1.25, 'airmass')
    header['HIERARCH ESO OBS NAME'] = 'a name'
    header['HIERARCH ESO OBS LONG'] = 'long ' * 30
    header['COMMENT'] = 'a comment = not a value'
    header['COMMENT'] = 'c' * 200
    header['HISTORY'] = 'once'
    header['HISTORY'] = ''
    header[''] = 'blank keyword'
    header['DUP'] = 1
    header.append(('DUP', 2), end=True)
    write('headers.fits', fits.PrimaryHDU(header=header))
    cards = [
        "FREEINT = 42/ free format",
        "FREEFLT =    -.5D+03",
        "EXPONENT=  1.E5",
        "PLUS    = +12",
        "LEADING = 007",
        "FREESTR =   'free'   /no blank before the comment",
        "OPENEND = T/comment",
        "NOVALUE =                      / only a comment",
        "FREECPX = ( 1 , -2.5E3 )",
        "TRUNCAT = 'ends with the card, no comment fits behind it at all, indeed none!!'",
    ]
    primary = fits.PrimaryHDU().header.tostring(endcard=False, padding=False).rstrip()
    text = primary.ljust(-(-len(primary) // 80) * 80) + ''.join(card.ljust(80) for card in cards) + 'END'.ljust(80)
    (FOLDER / 'free-format.fits').write_bytes(text.ljust(-(-len(text) // 2880) * 2880).encode())


def tables():
    rows = 3
    columns = [
        fits.Column('L', 'L', array=[True, False, True]),
        fits.Column('L2', '2L', array=[[True, False]] * rows),
        fits.Column('X', '11X', array=np.arange(33).reshape(rows, 11) % 3 == 0),
        fits.Column('B', 'B', array=np.array([0, 128, 255], dtype='u1'), unit='adu'),
        fits.Column('I', 'I', array=np.array([-(2**15), 0, 2**15 - 1], dtype='i2')),
        fits.Column('J', '2J', array=(np.arange(6).reshape(rows, 2) - 2**31).astype('i4')),
        fits.Column('K', 'K', array=np.array([-(2**63), 2**53 + 1, 2**63 - 1], dtype='i8')),
        fits.Column('A', '5A', array=['abc', '', "it's"]),
        fits.Column('A2', '6A', dim='(3,2)', array=np.array([['ab', 'cde'], ['', 'x'], ['yyy', '']])),
        fits.Column('E', 'E', array=np.array([1.5, np.nan, -np.inf], dtype='f4'), unit='km/s'),
        fits.Column('D', '6D', dim='(3,2)', array=np.arange(18, dtype='f8').reshape(rows, 2, 3) / 7),
        fits.Column('C', 'C', array=np.array([1 + 2j, -1j, 0], dtype='c8')),
        fits.Column('M', '2M', array=np.arange(6).reshape(rows, 2) * (1 - 0.5j)),
        fits.Column('PE', 'PE()', array=np.array([[1.0, 2.0], [], [3.0]], dtype=object)),
        fits.Column('PI', 'PI()', array=np.array([[1], [2, 3, 4], [-5, 6]], dtype=object)),
        fits.Column('QD', 'QD()', array=np.array([[0.1], [], [0.2, 0.3]], dtype=object)),
        fits.Column('PB', 'PB()', array=np.array([[1, 2], [255], []], dtype=object)),
        fits.Column('PC', 'PC()', array=np.array([[1 + 1j], [2j, 3], []], dtype=object)),
        fits.Column('UI', 'I', bzero=2**15, array=np.array([0, 40000, 65535], dtype='u2')),
        fits.Column('UJ', 'J', bzero=2**31, array=np.array([0, 3 * 10**9, 2**32 - 1], dtype='u4')),
        fits.Column('UK', 'K', bzero=2**63, array=np.array([0, 2**63, 2**64 - 1], dtype='u8')),
        fits.Column('ZERO', '0E', array=np.zeros((rows, 0), dtype='f4')),
    ]
    table = fits.BinTableHDU.from_columns(columns, name='EVERY')
    narrow = fits.BinTableHDU.from_columns([fits.Column('only', 'D', array=np.arange(1000.0))])
    empty = fits.BinTableHDU.from_columns([fits.Column('none', 'E', array=np.zeros(0, dtype='f4'))])
    write('tables.fits', fits.PrimaryHDU(), table, narrow, empty)
    with open(FOLDER / 'tables.fits', 'rb') as file:
        (FOLDER / 'tables.fits.gz').write_bytes(gzip.compress(file.read(), mtime=0))


def scaled_tables():
    columns = [
        fits.Column('N', 'J', null=-1, array=np.array([5, -1, 7], dtype='i4')),
        fits.Column('SI', 'I', null=-1, array=np.array([5, -1, 7], dtype='i2')),
        fits.Column('SB', '2B', array=np.array([[0, 1], [2, 3], [254, 255]], dtype='u1')),
        fits.Column('SE', 'E', array=np.array([1.0, 3.0, np.nan], dtype='f4')),
        fits.Column('SP', 'PI()', array=np.array([[1], [2, 3], []], dtype=object)),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    # Under other names, as astropy would take the scaling for a wish to scale what it was given.
    for number in range(2, 6):
        table.header[f'XSCAL{number}'] = 0.5
        table.header[f'XZERO{number}'] = 10.0
    path = FOLDER / 'scaled-columns.fits'
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    path.write_bytes(path.read_bytes().replace(b'XSCAL', b'TSCAL').replace(b'XZERO', b'TZERO'))


def ascii_tables():
    table = fits.TableHDU.from_columns(
        [
            fits.Column('NAME', 'A8', array=['first', '', 'third']),
            fits.Column('COUNT', 'I6', array=np.array([1, -20, 300])),
            fits.Column('RATE', 'E15.7', array=np.array([1.5, -2.25e-10, 0.0])),
            fits.Column('FIXED', 'F10.4', array=np.array([1.5, -2.25, 1000.125])),
            fits.Column('DOUBLE', 'D25.17', array=np.array([np.pi, 1e-300, -1e300]), unit='s'),
        ],
        name='TEXT',
    )
    write('ascii.fits', fits.PrimaryHDU(), table)


if __name__ == '__main__':
    images()
    scaled_images()
    headers()
    tables()
    scaled_tables()
    ascii_tables()
